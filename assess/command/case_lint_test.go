package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		// linters and formatters
		{"shellcheck -x a.sh", "read a.sh"},
		{"markdownlint -f a.md", "write a.md"},
		{"markdownlint -r ./rule.js a.md", "read ./rule.js; read a.md; unknown markdownlint: loads rules that are code, which is not read"},
		{"eslint --fix a.js", "write a.js; unknown eslint: its configuration is code, which is not read"},
		{"terser a.js -o b.js", "write b.js; read a.js"},
		{"html-minifier -c c.js a.html", "read c.js; read a.html; unknown html-minifier: the settings can be code, which is not read"},
		{"isort a.py", "write a.py"},
		{"isort --check a.py", "read a.py"},
		{"autopep8 -i a.py", "write a.py"},
		{"bandit -r a -o out", "write out; read a"},
		{"ncu -u --doctorTest 'rm x' -g", "run sh: rm x; connect package registry; write package.json"},
		{"ktlint -R r.jar a.kt", "read r.jar; read a.kt; unknown ktlint: loads rules that are code, which is not read"},
		{"ktlint installGitPreCommitHook", "persist .git/hooks"},
		{"luacheck a.lua", "read a.lua; unknown luacheck: its settings are code, which is not read"},
		{"scalafmt", "may connect Scala packages; write ."},
		{"buildifier -diff_command 'touch x' a", "write a; run touch x"},
		// object files and patches
		{"eu-strip a.out", "write a.out"},
		{"eu-strip -o b a.out", "write b; read a.out"},
		{"llvm-cov show a.out -instr-profile=p", "read p; read a.out"},
		{"opt -load p.so a.bc", "read p.so; read a.bc; unknown opt: loads a plug-in, which is code"},
		{"diffoscope --difftool x --html o a b", "run x; write o; read a; read b"},
		{"dwz -m m a b", "write m; write a; write b"},
		// documentation
		{"msgfilter -i a.po sed -e s/a/b/", "read a.po; run sed -e s/a/b/"},
		{"msgexec -i a.po rm x", "read a.po; run rm x"},
		{"msgmerge -U a.po b.pot", "write a.po; read b.pot"},
		{"xgettext -o o.pot a.c", "write o.pot; read a.c"},
		{"help2man ./x", "run ./x"},
		{"ghp-import -p site", "read site; write .git; connect git remote"},
		{"hugo new site a", "create a"},
		{"hugo", "unknown hugo: templates can start style tools with the project's own settings, which are code"},
		{"jekyll new --skip-bundle a", "create a"},
		{"xsltproc -o o a.xsl b.xml", "write o; read a.xsl; read b.xml; may write .; may connect what the documents refer to"},
	}...)
}
