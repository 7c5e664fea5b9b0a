package main

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"sallyport"
)

// pinned reads the files that --pin names, by the word with which the script names them.
func (f *checkFlags) pinned() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, p := range f.pins {
		word, name, ok := strings.Cut(p, "=")
		if !ok || word == "" || name == "" || name == "-" {
			return nil, usage("--pin wants WORD=FILE, not %q", p)
		}
		text, err := readText(nil, name)
		if err != nil {
			return nil, &exitError{Code: exitUsage, Err: err}
		}
		files[word] = text
	}
	return files, nil
}

// unusedPins names pins that the text does not run or source: a misspelt word must not look as if the file had been read.
func unusedPins(w io.Writer, name string, files map[string][]byte, a *sallyport.Assessment) {
	for _, word := range slices.Sorted(maps.Keys(files)) {
		if !slices.ContainsFunc(a.Layers, func(l sallyport.Layer) bool { return l.File != "" && path.Clean(l.File) == path.Clean(word) }) {
			fmt.Fprintf(w, "sallyport: %s runs no %s: the pin is not used\n", inert(name), inert(word))
		}
	}
}
