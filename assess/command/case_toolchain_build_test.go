package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"cmake -S . -B b", "write b; exec cmake; unknown what cmake runs is said in files that are not read"},
		{"cmake -E copy a b", "read a; write b"},
		{"cmake -E rm -rf x", "delete x"},
		{"cmake -E chdir d ls", "run ls"},
		{"cmake -P x.cmake", "run cmake file x.cmake"},
		{"ctest -N", ""},
		{"ctest -R x", "unknown ctest: runs the tests of the project, which are not read"},
		{"ninja -t clean", "delete built files"},
		{"ninja x", "exec ninja; unknown what ninja runs is said in build files that are not read"},
		{"just --list", ""},
		{"just --chooser id --choose", "run sh: id; exec just; unknown what just runs is said in files that are not read"},
		{"just --command ls -l", "run ls -l; unknown variables of the justfile can run commands, and are not read"},
		{"meson introspect --targets b", "read b"},
		{"meson install", "unknown meson install: builds and runs what the project says, which is not read"},
		{"bazel clean", "delete built files"},
		{"dotnet add package X", "write project file; may connect package registry; install X"},
		{"dotnet nuget push x -k k", "credential k; read x; may connect package registry; cloud package registry"},
		{"dotnet test", "unknown dotnet test: builds and runs what the project says, which is not read"},
		{"gedit a", "may write a"},
		{"nix develop --command ls -l", "may connect nix sources; install .; run ls -l; unknown what \".\" builds is said in files that are not read"},
	}...)
}
