package shell

// Printed is what a bash text prints on its standard output, where all of it is known.
func Printed(text []byte) (string, bool) {
	col := &collector{}
	m := newMachine(World{Text: text, Args: []string{}})
	m.fds[1] = stream{kind: capture, out: col}
	stmts, err := m.parse(text)
	if err != nil {
		return "", false
	}
	m.stmts(stmts)
	return col.str().Const()
}
