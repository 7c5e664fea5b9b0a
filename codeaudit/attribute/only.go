package attribute

// only limits a pass to what can matter for some files: the names they may have had, and the commits that touched these names.
type only struct {
	paths   map[string]bool
	commits map[int32]bool
}
