package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"ruff check --fix", "write ."},
		{"ruff check src", "read src"},
		{"ruff format a.py", "write a.py"},
		{"black a.py", "write a.py"},
		{"black --check a.py", "read a.py"},
		{"flake8 a.py", "read a.py; unknown flake8: its settings can name code that it loads, which is not read"},
		{"flake8 --isolated a.py", "read a.py"},
		{"clang-format -i a.c", "write a.c"},
		{"indent -kr a.c -o b.c", "write b.c; read a.c"},
		{"indent a.c", "write a.c"},
		{"stylua a.lua", "write a.lua"},
		{"prettier -w a.js", "write a.js; unknown prettier: its configuration can be code, which is not read"},
		{"parallel-lint -p ./php src", "run ./php; read src"},
		{"mdbook build", "unknown mdbook build: its settings can name programs that it runs, which are not read"},
		{"mdbook clean -d x", "delete x"},
		{"zola build -o out", "write out; may connect what the templates load"},
	}...)
}
