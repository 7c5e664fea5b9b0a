package main

import "strings"

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
