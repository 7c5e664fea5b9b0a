package command

// Small keepers of notes and finders of double files.
func init() {
	cases = append(cases, []struct{ line, want string }{
		{"skate delete k", "delete value k"},
		{"skate list", ""},
		{"rmlint /a", "read /a; write rmlint.sh; write rmlint.json"},
		{"duperemove -rd /a", "write /a"},
	}...)
}
