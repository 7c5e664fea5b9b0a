package foreign

import "strings"

// language says how a language is read, and which of its calls do what. The names in calls and harmless are the ends of qualified names:
// "system" stands for os.system and Kernel.system as well, when no longer name is listed.
type language struct {
	name         string
	comments     []string
	blockComment string
	sigils       string // begin a variable
	concat       []string
	assign       string
	dots         bool // os.path is one word
	arrows       bool // $x->y is one word
	bang         bool // names can end in ! and ?
	triple       bool // """..."""
	prefixes     bool // r"", b"", f""
	rawSingle    bool // '...' has no escapes
	interpolates bool // "..." has variables in it
	backtick     kind
	quoteOps     bool // q// qq// %x{}
	perl         bool
	longStrings  bool // [[...]]
	slashRegex   bool
	barewords    bool // calls need no parentheses
	calls        map[string]action
	harmless     map[string]bool
}

// action is what a call does with its arguments.
type action string

const (
	runShell    action = "shell"     // the first argument is a line for the shell, or a list is a command
	runArgs     action = "args"      // the arguments are a command and its arguments
	runList     action = "list"      // the first is a program, then its arguments with the program's name again: execv
	spawnEither action = "either"    // one argument: a line for the shell; several: a command
	readFile    action = "read"      //
	writeFile   action = "write"     //
	openFile    action = "open"      // the mode says which
	deleteFile  action = "delete"    //
	makeFile    action = "create"    //
	changeMode  action = "chmod"     //
	changeOwner action = "chown"     //
	moveFile    action = "move"      // from, to
	copyFile    action = "copy"      // from, to
	linkFile    action = "link"      // target, new name
	connectTo   action = "connect"   // (host, port) or a tuple, or a URL
	fetchURL    action = "fetch"     // a URL
	fetchFile   action = "fetchfile" // a URL, and the file that it is kept in
	listenOn    action = "listen"    // a port or (address, port)
	bindTo      action = "bind"      //
	evalCode    action = "eval"      // code in the same language
	loadCode    action = "load"      // runs a file
	becomeUser  action = "become"    //
	killProc    action = "kill"      //
	lookUp      action = "dns"       //
	addressOf   action = "address"   // makes an address that a later connect uses
	readInput   action = "input"     // what it reads is standard input
	environ     action = "environ"   //
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func calls(table string) map[string]action {
	m := map[string]action{}
	for _, line := range strings.Split(table, "\n") {
		a, names, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for _, n := range strings.Fields(names) {
			m[n] = action(a)
		}
	}
	return m
}

var languages = map[string]*language{
	"python": {
		name: "python", comments: []string{"#"}, concat: []string{"+"}, assign: "=", dots: true, triple: true, prefixes: true, backtick: text,
		calls: calls(`shell: os.system os.popen os.popen2 os.popen3 os.popen4 popen2.popen2 popen2.popen3 commands.getoutput commands.getstatusoutput subprocess.getoutput subprocess.getstatusoutput platform.popen asyncio.create_subprocess_shell
			either: subprocess.run subprocess.call subprocess.Popen subprocess.check_call subprocess.check_output sp.run sp.call sp.Popen sp.check_output sp.check_call s.Popen pty.spawn asyncio.create_subprocess_exec Popen check_output check_call spawn
			list: os.execv os.execve os.execvp os.execvpe os.posix_spawn os.posix_spawnp
			args: os.execl os.execlp os.execle os.execlpe
			open: open io.open codecs.open os.open file gzip.open bz2.open lzma.open Path.open os.fdopen
			read: read_text read_bytes configparser.read np.load pickle.load_file linecache.getlines fileinput.input csv.read_file
			write: write_text write_bytes truncate os.truncate
			delete: os.remove os.unlink os.rmdir os.removedirs shutil.rmtree unlink
			create: os.mkdir os.makedirs os.mkfifo os.mknod mkdir touch
			chmod: os.chmod os.fchmod
			chown: os.chown shutil.chown
			move: os.rename os.replace shutil.move os.renames
			copy: shutil.copy shutil.copyfile shutil.copy2 shutil.copytree
			link: os.symlink os.link
			connect: connect socket.create_connection create_connection http.client.HTTPConnection http.client.HTTPSConnection HTTPConnection HTTPSConnection smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP FTP telnetlib.Telnet paramiko.connect SMTP Telnet
			fetch: urllib.request.urlopen urllib2.urlopen urllib.urlopen urlopen requests.get requests.post requests.put requests.delete requests.head requests.patch requests.request r.get webbrowser.open urllib.request.Request urllib.request.build_opener
			fetchfile: urllib.request.urlretrieve urllib.urlretrieve urlretrieve wget.download
			listen: HTTPServer http.server.HTTPServer socketserver.TCPServer TCPServer ThreadingHTTPServer asyncio.start_server
			bind: bind
			eval: exec eval compile execfile_text
			load: execfile runpy.run_path importlib.import_module ctypes.CDLL ctypes.cdll.LoadLibrary CDLL
			become: os.setuid os.setgid os.seteuid os.setresuid os.setreuid os.setgroups os.setegid
			kill: os.kill os.killpg
			dns: socket.gethostbyname socket.getaddrinfo socket.gethostbyaddr gethostbyname
			input: input raw_input sys.stdin.read sys.stdin.readlines sys.stdin.readline
			environ: os.getenv os.environ.get`),
		harmless: set(`print len int str float range list dict set tuple sorted reversed enumerate zip map filter min max sum abs round type isinstance issubclass hasattr getattr setattr repr format join split strip rstrip lstrip replace upper lower title startswith endswith
			find rfind index count append extend insert pop keys values items get update sort reverse copy clear add discard remove_item encode decode hex oct bin ord chr any all iter next super object bool bytes bytearray isdigit isalpha isalnum zfill center ljust rjust partition splitlines
			json.loads json.load json.dumps json.dump yaml.safe_load yaml.dump base64.b64decode base64.b64encode binascii.unhexlify binascii.hexlify b64decode b64encode fromhex urllib.parse.quote urllib.parse.unquote urllib.parse.quote_plus urllib.parse.urlencode urllib.quote urllib.unquote urlparse urllib.parse.urlparse quote unquote
			sys.exit exit quit sys.stdout.write sys.stderr.write write flush close read readline readlines seek tell fileno recv send sendall accept setsockopt makefile settimeout shutdown setblocking fileno os.dup2 dup2 os.dup os.close os.path.join os.path.exists os.path.isfile os.path.isdir os.path.dirname os.path.basename os.path.abspath os.path.realpath
			os.path.expanduser os.path.getsize os.path.getmtime os.path.splitext os.getcwd os.getpid os.getuid os.geteuid os.getlogin os.listdir os.walk os.scandir os.stat os.uname os.cpu_count os.umask os.fork os.setsid os.wait os.waitpid os.pipe os._exit os.path.islink os.path.relpath os.path.normpath os.chdir os.get_terminal_size os.isatty os.times os.urandom
			os.putenv os.unsetenv time.time time.sleep time.strftime sleep datetime.now datetime.datetime.now datetime.utcnow datetime.strptime strftime strptime timedelta datetime.timedelta datetime.fromtimestamp isoformat timestamp total_seconds re.compile re.sub re.match re.search re.findall re.split re.escape re.finditer match search findall sub group groups groupdict finditer
			hashlib.md5 hashlib.sha1 hashlib.sha256 hashlib.sha512 hexdigest digest random.random random.randint random.choice random.sample random.shuffle uuid.uuid4 uuid.uuid1 socket.socket socket.gethostname socket.getfqdn gethostname math.floor math.ceil math.sqrt math.log math.pow platform.system platform.machine platform.node platform.release platform.platform
			platform.python_version platform.dist platform.linux_distribution platform.uname sys.version_info sys.getsizeof sys.path.append sys.path.insert argparse.ArgumentParser add_argument parse_args collections.defaultdict collections.Counter collections.OrderedDict Counter defaultdict OrderedDict most_common itertools.chain functools.reduce string.Template substitute pprint.pprint pprint textwrap.dedent
			logging.info logging.error logging.basicConfig logging.warning logging.debug logging.getLogger communicate wait poll threading.Thread start daemon distutils.sysconfig.get_python_lib sysconfig.get_path sysconfig.get_paths site.getsitepackages secrets.token_hex secrets.token_urlsafe secrets.choice getpass.getuser crypt.crypt crypt.mksalt struct.pack struct.unpack ET.parse xml.etree.ElementTree.parse xml.dom.minidom.parseString toprettyxml getroot iter
			findall text csv.reader csv.writer csv.DictReader writerow writerows io.StringIO StringIO ipaddress.ip_network ipaddress.ip_address ipaddress.IPv4Network hosts lambda not and or in if for while elif else return assert del raise yield import from as with print_function None True False e Exception ValueError KeyError TypeError OSError IOError RuntimeError locals globals vars dir id hash callable staticmethod classmethod property divmod pow slice memoryview frozenset complex zip_longest`),
	},
	"perl": {
		name: "perl", comments: []string{"#"}, sigils: "$@%&", concat: []string{"."}, assign: "=", arrows: true, rawSingle: true, interpolates: true, backtick: shell, quoteOps: true, perl: true, slashRegex: true, barewords: true,
		calls: calls(`either: system exec
			open: open sysopen
			read: do_file slurp read_file
			write: truncate write_file
			delete: unlink rmdir rmtree remove_tree
			create: mkdir mkpath make_path mkfifo
			chmod: chmod
			chown: chown
			move: rename move
			copy: copy
			link: symlink link
			connect: IO::Socket::INET IO::Socket::INET6 IO::Socket::SSL IO::Socket::INET->new IO::Socket::INET6->new IO::Socket::SSL->new IO::Socket->new sockaddr_in pack_sockaddr_in Net::FTP->new Net::SMTP->new Net::Telnet->new Net::SSH->new
			fetch: get getprint mirror LWP::Simple::get HTTP::Tiny->get
			fetchfile: getstore
			eval: eval
			load: do require
			kill: kill
			dns: gethostbyname inet_aton
			become: POSIX::setuid setuid setgid`),
		harmless: set(`print printf say sprintf join split map grep sort reverse keys values each exists delete defined length substr index rindex uc lc ucfirst lcfirst chomp chop chr ord hex oct int abs sqrt sin cos rand srand time localtime gmtime sleep push pop shift unshift splice scalar wantarray return die warn exit if unless while until for foreach else elsif and or not
			my our local sub use no package x eq ne lt gt le ge cmp qw undef ref bless pack unpack pos quotemeta sprintf lc exit last next redo BEGIN END close binmode eof seek tell read sysread syswrite select fileno socket connect bind accept listen setsockopt shutdown getprotobyname inet_ntoa dup2 POSIX::dup2 POSIX::strftime strftime fork wait waitpid stat lstat
			strict warnings Socket IO::Socket fdopen print_to POSIX Data::Dumper Dumper Getopt::Long GetOptions File::Basename basename dirname File::Spec File::Path File::Copy LWP::Simple Time::HiRes JSON::PP JSON MIME::Base64 decode_base64 encode_base64 decode_json encode_json Time::Local timelocal List::Util sum max min first uniq shuffle md5_hex sha1_hex sha256_hex
			autoflush PeerAddr PeerPort Proto LocalPort Listen Reuse Type STDIN STDOUT STDERR ARGV ENV PF_INET SOCK_STREAM INADDR_ANY SOMAXCONN SOL_SOCKET SO_REUSEADDR tr y m s q qq lstat opendir readdir closedir glob chdir umask utime readline getc printf local $ARGV alarm sprintf ioctl syscall_number fcntl getpwnam getpwuid getgrnam getlogin hostname uniq wait times caller can isa new Tcl parse c diag UTF8 crypt vec study prototype lock tie untie format write_format formline reset`),
	},
	"ruby": {
		name: "ruby", comments: []string{"#"}, sigils: "$@", concat: []string{"+"}, assign: "=", dots: true, bang: true, rawSingle: true, interpolates: true, backtick: shell, quoteOps: true, slashRegex: true, barewords: true,
		calls: calls(`either: system exec spawn Kernel.exec Kernel.system Process.spawn IO.popen Open3.capture2 Open3.capture3 Open3.popen3 PTY.spawn popen
			open: File.open open File.new IO.open URI.open_file
			read: File.read IO.read File.readlines File.foreach IO.readlines File.binread YAML.load_file
			write: File.write IO.write File.binwrite File.truncate
			delete: File.delete File.unlink FileUtils.rm FileUtils.rm_rf FileUtils.rm_r FileUtils.rm_f Dir.rmdir FileUtils.remove_dir
			create: Dir.mkdir FileUtils.mkdir FileUtils.mkdir_p FileUtils.touch File.mkfifo
			chmod: File.chmod FileUtils.chmod
			chown: File.chown FileUtils.chown
			move: File.rename FileUtils.mv
			copy: FileUtils.cp FileUtils.cp_r FileUtils.copy IO.copy_stream
			link: File.symlink FileUtils.ln_s FileUtils.ln
			connect: TCPSocket.new TCPSocket.open TCPsocket.open TCPSocket UDPSocket.connect Net::HTTP.start Net::HTTP.new Net::FTP.new Net::FTP.open Net::SMTP.start Socket.tcp OpenSSL::SSL::SSLSocket.connect
			fetch: URI.open Net::HTTP.get Net::HTTP.get_response Net::HTTP.post URI.parse_open Net::HTTP.post_form
			listen: TCPServer.new TCPServer.open WEBrick::HTTPServer.new UNIXServer.new
			eval: eval instance_eval class_eval
			load: load require_relative
			kill: Process.kill
			become: Process::UID.change_privilege Process::Sys.setuid Process.uid= Process::Sys.setgid
			dns: Resolv.getaddress IPSocket.getaddress Addrinfo.getaddrinfo`),
		harmless: set(`puts print p pp printf sprintf format gets require each map select reject inject reduce join split strip chomp chop gsub sub match scan upcase downcase capitalize reverse length size first last push pop shift unshift include? empty? nil? to_s to_i to_f to_sym to_a keys values sort sort_by uniq flatten compact zip times upto step loop if unless while until end do then else elsif
			def class module return yield begin rescue ensure case when and or not true false nil self new exit abort sleep rand srand Time.now Time.at strftime JSON.parse JSON.generate to_json Base64.decode64 Base64.encode64 unpack pack ENV.fetch ARGV.each File.exist? File.exists? File.join File.basename File.dirname File.expand_path File.size File.file? File.directory? Dir.glob Dir.entries Dir.pwd Dir.chdir close write read fork trap catch throw raise lambda proc attr_accessor freeze dup
			uri open-uri socket net/http json yaml base64 fileutils digest securerandom SecureRandom.hex SecureRandom.uuid SecureRandom.base64 Digest::SHA256.hexdigest Digest::MD5.hexdigest STDIN.read STDIN.each_line STDOUT.puts STDOUT.write $stdin.read $stdout.puts $stderr.puts gets.chomp Process.pid Integer Float String Array Hash index slice ljust rjust center tr delete count hex ord chr b e i x ARGF.each_line to_fd fileno IO.for_fd dup2 reopen puts Gem.path Gem.dir Gem::Version.new Gem.ruby_version RbConfig::CONFIG mount trap.start s.start`),
	},
	"php": {
		name: "php", comments: []string{"//", "#"}, blockComment: "/*", sigils: "$", concat: []string{"."}, assign: "=", arrows: true, rawSingle: true, interpolates: true, backtick: shell, barewords: true,
		calls: calls(`shell: system exec shell_exec passthru popen proc_open
			list: pcntl_exec
			open: fopen gzopen
			read: file_get_contents readfile file parse_ini_file show_source highlight_file
			write: file_put_contents ftruncate
			delete: unlink rmdir
			create: mkdir touch posix_mkfifo
			chmod: chmod
			chown: chown chgrp
			move: rename move_uploaded_file
			copy: copy
			link: symlink link
			connect: fsockopen pfsockopen stream_socket_client ftp_connect ssh2_connect mysqli_connect socket_connect
			fetch: curl_init get_headers
			listen: stream_socket_server
			bind: socket_bind
			eval: eval assert create_function
			load: include include_once require require_once dl
			kill: posix_kill
			become: posix_setuid posix_setgid posix_seteuid
			dns: gethostbyname dns_get_record checkdnsrr
			environ: getenv`),
		harmless: set(`echo print printf sprintf print_r var_dump var_export json_encode json_decode base64_decode base64_encode strlen substr strpos str_replace preg_match preg_match_all preg_replace explode implode join trim rtrim ltrim strtolower strtoupper ucfirst count array_map array_filter array_keys array_values in_array sort ksort usort array_merge array_push array_pop intval floatval strval isset empty unset is_array is_string
			is_dir is_file file_exists basename dirname realpath pathinfo getcwd chdir scandir glob date time strtotime mktime microtime sleep usleep exit die return if else elseif while for foreach as function new class try catch throw true false null array list fread fwrite fgets fputs fclose feof fflush stream_get_contents stream_set_blocking stream_copy_to_stream
			ini_get ini_set phpversion php_uname php_ini_loaded_file extension_loaded function_exists get_loaded_extensions php_sapi_name phpinfo error_reporting set_time_limit hex2bin bin2hex md5 sha1 hash crypt password_hash password_verify random_bytes random_int rand mt_rand uniqid strrev str_rot13 chr ord urlencode urldecode http_build_query parse_url htmlspecialchars
			gzinflate gzuncompress gzdecode str_repeat str_pad number_format round floor ceil min max abs array_sum curl_setopt curl_exec curl_close curl_error posix_getuid posix_getpid posix_getpwuid getmypid get_current_user define defined constant ob_start ob_get_clean PHP_EOL PHP_VERSION STDIN STDOUT STDERR range compact extract array_shift array_slice array_unique call_user_func_x pcntl_fork posix_setsid`),
	},
	"lua": {
		name: "lua", comments: []string{"--"}, concat: []string{".."}, assign: "=", dots: true, longStrings: true, backtick: text, barewords: true,
		calls: calls(`shell: os.execute io.popen execute popen
			open: io.open
			read: io.lines dofile_text io.input
			write: io.output
			delete: os.remove
			move: os.rename
			connect: s.connect tcp:connect connect socket.connect t.connect
			bind: bind socket.bind
			eval: load loadstring
			load: dofile loadfile require
			environ: os.getenv`),
		harmless: set(`print tostring tonumber type pairs ipairs string.format string.gsub string.match string.find string.sub string.rep string.len string.upper string.lower string.byte string.char string.reverse string.gmatch gsub match find format rep sub upper lower byte char reverse table.concat table.insert table.remove table.sort table.unpack concat insert os.time os.date os.clock os.exit os.tmpname math.floor math.random math.max math.min math.abs math.huge
			io.read io.write read write close lines flush seek setvbuf error assert pcall xpcall select next rawget rawset setmetatable getmetatable unpack if then else elseif end while do for in repeat until function local return and or not nil true false receive send socket.tcp settimeout accept socket.bind_x close tcp f`),
	},
	"javascript": {
		name: "javascript", comments: []string{"//"}, blockComment: "/*", concat: []string{"+"}, assign: "=", dots: true, backtick: text, slashRegex: true,
		calls: calls(`shell: child_process.exec child_process.execSync exec execSync cp.exec cp.execSync
			list: spawn spawnSync child_process.spawn child_process.spawnSync execFile execFileSync child_process.execFile child_process.execFileSync cp.spawn cp.spawnSync Bun.spawn Deno.run
			read: FileReader FileInputStream Files.readAllBytes Files.readAllLines java.io.FileReader java.io.FileInputStream fs.readFileSync fs.readFile readFileSync readFile fs.createReadStream createReadStream Deno.readTextFile fs.readdirSync_x
			write: FileWriter FileOutputStream PrintWriter java.io.FileWriter java.io.FileOutputStream fs.writeFileSync fs.writeFile writeFileSync writeFile fs.createWriteStream createWriteStream fs.truncateSync Deno.writeTextFile fs.appendFileSync fs.appendFile appendFileSync appendFile
			delete: fs.unlinkSync fs.unlink fs.rmSync fs.rm fs.rmdirSync fs.rmdir unlinkSync rmSync
			create: fs.mkdirSync fs.mkdir mkdirSync
			chmod: fs.chmodSync fs.chmod
			chown: fs.chownSync fs.chown
			move: fs.renameSync fs.rename
			copy: fs.copyFileSync fs.copyFile fs.cpSync
			link: fs.symlinkSync fs.symlink
			connect: Socket java.net.Socket net.connect net.createConnection connect createConnection tls.connect
			fetch: URL java.net.URL http.get https.get http.request https.request fetch axios.get axios.post get request axios
			listen: listen
			eval: eval Function vm.runInNewContext vm.runInThisContext vm.runInContext
			kill: process.kill
			become: process.setuid process.setgid
			dns: dns.lookup dns.resolve`),
		harmless: set(`console.log console.error console.info console.warn JSON.parse JSON.stringify require parseInt parseFloat String Number Boolean Array Object Date Math.floor Math.random Math.max Math.min Math.round Math.ceil Object.keys Object.values Object.entries Object.assign Array.from Array.isArray Buffer.from Buffer.alloc toString split join map filter reduce forEach push pop shift slice splice replace match test trim
			toUpperCase toLowerCase includes indexOf startsWith endsWith sort reverse concat find some every keys values entries charCodeAt String.fromCharCode fromCharCode atob btoa decodeURIComponent encodeURIComponent process.exit process.cwd process.on process.stdout.write process.stdin.on process.stdin.setEncoding process.stdin.pipe on pipe end write once then catch finally Promise.all Promise.resolve setTimeout setInterval clearTimeout resolve reject
			if for while switch function return new typeof async await try throw else do of in path.join path.resolve path.dirname path.basename fs.existsSync existsSync fs.statSync statSync os.hostname os.platform os.homedir os.cpus Date.now toISOString getTime crypto.createHash crypto.randomBytes update digest padStart padEnd repeat substring substr charAt Symbol Map Set get_x has add set delete_x require.resolve Error semver net.Socket net.createServer http.createServer https.createServer`),
	},
	"go": {
		name: "go", comments: []string{"//"}, blockComment: "/*", concat: []string{"+"}, assign: "=", dots: true, backtick: text,
		calls: calls(`args_plain: exec.Command exec.CommandContext
			list: syscall.Exec os.StartProcess syscall.ForkExec
			read: os.ReadFile ioutil.ReadFile os.Open os.ReadDir ioutil.ReadDir
			write: os.WriteFile ioutil.WriteFile os.Create os.Truncate os.OpenFile
			delete: os.Remove os.RemoveAll
			create: os.Mkdir os.MkdirAll
			chmod: os.Chmod
			chown: os.Chown
			move: os.Rename
			link: os.Symlink os.Link
			connect: net.Dial net.DialTimeout tls.Dial syscall.Connect
			address: net.ParseIP net.ResolveIPAddr
			fetch: http.Get http.Post http.Head http.PostForm http.NewRequest
			listen: http.ListenAndServe net.Listen
			become: syscall.Setuid syscall.Setgid
			kill: syscall.Kill
			dns: net.LookupHost net.LookupIP
			environ: os.Getenv`),
		harmless: set(`fmt.Println fmt.Printf fmt.Print fmt.Sprintf fmt.Fprintf fmt.Fprintln fmt.Errorf print println len cap append make new panic copy delete string byte rune int int64 float64 uint16 uint32 byte error os.Exit os.Args io.Copy io.ReadAll ioutil.ReadAll io.WriteString bufio.NewReader bufio.NewScanner bufio.NewWriter ReadString Scan Text Flush
			strings.Split strings.TrimSpace strings.Join strings.Contains strings.Replace strings.ReplaceAll strconv.Itoa strconv.Atoi time.Sleep time.Now json.Marshal json.Unmarshal log.Fatal log.Println log.Printf func main init Run Start Output CombinedOutput Wait Close Write Read Error StdinPipe StdoutPipe String errors.New base64.StdEncoding.DecodeString hex.DecodeString runtime.GOOS if for switch return range defer go`),
	},
	"julia": {
		name: "julia", comments: []string{"#"}, concat: []string{"*"}, assign: "=", dots: true, interpolates: true, backtick: shell, sigils: "", barewords: false,
		calls: calls(`fetchfile: download Base.download
			connect: connect
			listen: listen
			delete: rm
			create: mkdir mkpath
			chmod: chmod
			move: mv
			copy: cp
			load: include
			open: open`),
		harmless: set(`print println run readline readlines read write parse split isempty string IOBuffer seek take! String pipeline chomp strip join length push! collect map filter sum max min exit ENV parse Int64 close pwd cd isfile isdir while for if end using Sockets`),
	},
}

func init() {
	for n, real := range map[string]string{"node": "javascript", "js": "javascript", "python2": "python", "python3": "python", "jrunscript": "javascript", "jjs": "javascript", "nodejs": "javascript"} {
		languages[n] = languages[real]
	}
}
