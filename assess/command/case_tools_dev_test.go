package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"flyway clean -url=jdbc:h2:mem", "connect jdbc:h2:mem; irreversible database schemas; database schema"},
		{"flyway info", "connect database"},
		{"migrate -database d -path p drop -f", "connect d; irreversible database; database everything"},
		{"dbmate drop", "irreversible database; database database; connect database"},
		{"dbmate new a", "write db/migrations"},
		{"foreman run rm x", "run rm x"},
		{"foreman export systemd /etc/systemd/system", "write /etc/systemd/system; persist /etc/systemd/system"},
		{"chromedriver --port=9515", "listen a port for steering a browser; unknown chromedriver: what the browser is told to do is not known"},
		{"json-server -w db.json", "write db.json; listen 3000"},
		{"pa11y -S a.png https://h.example/", "write a.png; connect https://h.example/"},
		{"codecov -t s -f a.xml", "credential s; read a.xml; connect codecov.io"},
		{"reuse annotate -c x a.c", "write a.c"},
		{"wp --exec='system(1);' plugin list", "run php: system(1);; unknown option \"--exec\" of wp is not understood; unknown wp plugin: runs the site's own code, which is not read"},
		{"premake5 gmake2", "unknown premake5: runs what the project says or what it loads, which is not read"},
		{"pod install", "install packages that the project lists; may connect cdn.cocoapods.org; unknown pod install: the list of packages is a program, which is not read"},
	}...)
}

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"sfdk build-shell rm x", "run rm x"},
		{"sfdk deploy --sdk", "connect device; install build results on the device"},
		{"nextpnr-ice40 --json a.json --run x.py --asc a.asc", "read a.json; run python file x.py; write a.asc"},
		{"iceprog a.bin", "read a.bin; write flash of the device"},
		{"openFPGALoader --bulk-erase", "irreversible device flash"},
		{"gtkwave -S x.tcl a.vcd", "run tcl file x.tcl; read a.vcd"},
		{"takeout stop abc", "service abc"},
	}...)
}
