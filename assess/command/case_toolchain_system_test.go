package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"go build -o x m.go", "may connect package registry; write x; read m.go"},
		{"go build -toolexec /tmp/x .", "may connect package registry; run /tmp/x; write a program"},
		{"go build -ldflags=-extld=/tmp/x .", "may connect package registry; write a program; unknown what \"-extld=/tmp/x\" makes the linker run is not followed"},
		{"go test -exec /tmp/x .", "may connect package registry; exec go test; run /tmp/x; unknown go test: runs the tests of the project, which are not read"},
		{"go run m.go", "may connect package registry; read m.go; run go file m.go"},
		{"go install e.example/x@v1", "may connect package registry; install e.example/x@v1"},
		{"go env -w GOPROXY=http://p.example", "write go settings; connect http://p.example"},
		{"go env GOPATH", ""},
		{"go clean -modcache", "delete built files; delete package cache"},
		{"go generate", "unknown go generate: runs the generators that the project names"},
		{"go vet -vettool /tmp/x .", "may connect package registry; run /tmp/x"},
		{"gofmt -w a.go", "write a.go"},
		{"flatpak install r a", "may connect package servers; install r; install a"},
		{"flatpak run a", "exec a; unknown flatpak run: what the program does is not known"},
		{"flatpak override --filesystem=host a", "write rights of programs"},
		{"flatpak remote-add --no-gpg-verify r https://r.example/", "connect https://r.example/; write flatpak settings"},
		{"flatpak uninstall --delete-data a", "install a; delete data of programs"},
		{"brew install x", "may connect package registry; install x"},
		{"brew tap a/b https://g.example/a/b", "connect https://g.example/a/b; install a/b"},
		{"brew services stop x", "service x"},
		{"brew list --formula", ""},
		{"emerge x", "may connect package servers; install x"},
		{"emerge -C x", "may connect package servers; install x"},
		{"emerge --sync", "may connect package servers; write lists of packages"},
		{"swupd bundle-remove x", "install x"},
		{"xbps-remove -O", "delete package cache"},
		{"installpkg x.tgz", "install x.tgz"},
		{"opkg --force-checksum install x", "may connect package servers; install x"},
		{"snap install ./x.snap --dangerous", "may connect package registry; may connect package servers; install ./x.snap; read ./x.snap; unknown the package \"./x.snap\" can run anything while it is installed"},
		{"snap run x", "exec x; unknown snap run: what the program does is not known"},
		{"snap connect x:home", "write rights of packages"},
		{"eget a/b --to d", "write d; install a/b; may connect github.com"},
	}...)
}

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"pkg install x", "may connect package registry; may connect package servers; install x"},
		{"pkg delete x", "install x"},
		{"pkg clean", "delete package cache"},
		{"pkg_info x", "may connect package servers"},
		{"gdebi ./x.deb", "may connect package registry; may connect package servers; install ./x.deb; read ./x.deb; unknown the package \"./x.deb\" can run anything while it is installed"},
		{"alien -i x.rpm", "read x.rpm; write *.deb; install x.rpm"},
		{"conan remote login r -p pw bob", "credential pw; may connect package registry; write conan settings"},
		{"conan install .", "may connect package registry; unknown conan install: runs the recipe of the project, which is not read"},
		{"vcpkg install x", "may connect github.com; install x"},
		{"spack uninstall x", "install x"},
	}...)
}
