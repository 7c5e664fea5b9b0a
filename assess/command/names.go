package command

import (
	"maps"
	"slices"
)

// Names lists every command that has a spec, sorted.
func Names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(table())), isGroup)
}
