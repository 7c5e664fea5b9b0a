package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		// Debian
		{"dch -i", "write debian/changelog; unknown dch: what is typed into the editor is not known"},
		{"dch -v 1.2-1 -D unstable text", "write debian/changelog"},
		{"dcmd cp a.changes /tmp", "run cp a.changes /tmp"},
		{"uscan --report", "connect site of the program"},
		{"uscan", "connect site of the program; write ..; unknown uscan: the watch file can name a command that it runs"},
		{"debrsign h a.changes", "connect h; read a.changes; credential signing key; remote-exec h"},
		{"mk-build-deps -i -t 'apt-get -y'", "run apt-get -y; install build dependencies; may connect package servers"},
		{"dpkg-source -x a.dsc b", "read a.dsc; write b"},
		{"dput ftp a.changes", "read a.changes; connect ftp"},
		{"gbp clone --postclone 'rm x' https://g.example/a", "run sh: rm x; connect https://g.example/a; create ."},
		{"debi", "install packages of this source tree"},
		// compilers
		{"esbuild a.ts --bundle --outfile=o.js", "write o.js; read a.ts"},
		{"tsc --outDir dist a.ts", "write dist; read a.ts"},
		{"tsc --clean", "delete what was built before"},
		{"lessc --plugin=p a.less b.css", "read p; read a.less; write b.css; unknown lessc: style sheets can load plug-ins, which are code"},
		{"nasm -f elf64 -o a.o a.asm", "write a.o; read a.asm"},
		{"yasm -N p.so a.asm", "read p.so; read a.asm; write *; unknown yasm: loads a plug-in, which is code"},
		{"lcov -c -d . -o o.info --gcov-tool ./g", "read .; write o.info; run ./g"},
		{"gcovr --html=o.html --gcov-executable 'llvm-cov gcov'", "write o.html; run llvm-cov gcov; may exec gcov; unknown gcovr: its settings can name the gcov that it runs"},
		{"coverage run a.py", "run python file a.py; unknown coverage run: its settings can name plug-ins, which are not read"},
		{"coverage erase", "delete .coverage"},
		{"cflow --cpp='rm x' a.c", "run rm x; read a.c"},
		{"ctags -R src", "read src; write tags"},
		// projects
		{"rimraf dist", "delete dist"},
		{"concurrently 'rm x' 'rm y'", "run sh: rm x; run sh: rm y"},
		{"cross-env A=b rm x", "run rm x"},
		{"degit a/b c", "connect a/b; create c"},
		{"microsoft-edge --remote-debugging-port=9222 --load-extension=e", "listen 9222; read e; unknown microsoft-edge: loads an extension, which is code"},
		{"latte-dock --enable-autostart", "persist start of the dock with the desktop"},
		{"nbstripout --install", "persist .git/config"},
		{"django-admin startproject a", "write ."},
		{"django-admin migrate", "unknown django-admin migrate: runs the project's own code, which is not read"},
	}...)
}
