package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		// embedded
		{"pio boards --installed", "may connect PlatformIO"},
		{"pio run -e a -t upload", "unknown pio run: runs what the project says, which is not read"},
		{"pio pkg exec -c 'esptool version'", "may connect PlatformIO; run sh: esptool version"},
		{"pio account token -p x", "credential x; credential PlatformIO token; connect PlatformIO"},
		{"pio frobnicate", "unknown sub-command \"frobnicate\" of pio is not understood; unknown operand \"frobnicate\" of pio is not understood"},
		{"esptool.py --port /dev/ttyUSB0 write_flash 0x1000 a.bin", "write /dev/ttyUSB0; read a.bin; write device flash"},
		{"emulator -avd a -wipe-data", "irreversible data of the emulated phone; exec emulated phone"},
		// web
		{"ng config -g a b", "write angular.json"},
		{"ng completion", "persist shell start-up file"},
		{"ng generate component a", "write .; unknown ng generate component: the project can name generators of its own, which are code"},
		{"ng build", "unknown ng build: runs the builders that the project names, which are not read"},
		{"lerna exec -- rm -rf x", "run rm -rf x"},
		{"nrm use taobao", "write ~/.npmrc"},
		{"npm-check -u", "connect package registry; install packages of the project; unknown npm-check: looks for unused packages with settings of the project, which can be code"},
		{"npm-check -s", "connect package registry"},
		{"forever -o out.log app.js x", "write out.log; run javascript file app.js"},
		// languages and data
		{"pixi add numpy", "install numpy; write pixi.toml; may connect package channels; unknown pixi add: can run build programs of packages and of the project"},
		{"pixi exec htop -d 1", "run htop -d 1; may connect package channels"},
		{"pixi config edit vi", "run vi; unknown pixi config edit: what is typed into the editor is not known"},
		{"dvc gc -w -c", "delete .dvc/cache; irreversible data store"},
		{"dvc import-db --sql 'select 1' --conn c", "run sql: select 1; connect database; write ."},
		{"dvc repro", "unknown dvc repro: runs what the stages say, which is not read"},
		{"bundletool build-apks --bundle=a.aab --ks=k --output=o.apks --aapt2=./a", "read a.aab; credential k; write o.apks; run ./a"},
		// every day
		{"biome check --write src", "write src"},
		{"biome check src", "read src"},
		{"2to3 -w a.py", "write a.py"},
		{"fastmod --accept-all a b", "write ."},
		{"watchexec -e js rm -rf x", "run sh: rm -rf x"},
		{"quilt shell rm x", "run rm x"},
		{"quilt push -a", "write ."},
		{"oh-my-posh upgrade", "install oh-my-posh; connect github.com"},
		{"gup update a", "connect package proxy; install a"},
		{"ludusavi wrap --name a -- rm x", "may connect github.com; write saved games; run rm x"},
		{"beet rm -d x", "write music library; delete music files that match"},
		// environments
		{"nh os switch . -n", "read .; unknown nh os switch: what the configuration does is not read"},
		{"home-manager switch", "unknown home-manager switch: what the configuration does is not read"},
		{"exenv exec id", "run id"},
		{"mmdebstrap --customize-hook 'touch x' stable out", "run sh: touch x; create out; connect package servers; install a Debian system in out"},
		{"hostess add a 127.0.0.1", "write /etc/hosts"},
		{"krunvm start a id", "run id"},
		{"antibody update", "connect github.com; write ~/.cache/antibody"},
		// test runners
		{"tmt run", "unknown tmt run: runs what the tests say, on guests that it makes"},
		{"tmt lint -F", "write ."},
		{"jbang a.java x", "run java file a.java; may connect Java packages"},
		{"pkl eval -o /tmp/x a.pkl", "write /tmp/x; read a.pkl; may connect packages that the module names; unknown pkl eval: the settings of the project can name programs that it starts"},
		{"rails server", "unknown rails server: runs the project's own code, which is not read"},
		{"watchman trigger . t '*.js' -- make", "read .; persist trigger t; unknown watchman trigger: the command that is run when files change is not followed"},
		{"ko login -u a -p s reg.example", "credential s; connect reg.example; credential login of an image registry"},
	}...)
}
