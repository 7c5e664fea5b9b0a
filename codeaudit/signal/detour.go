package signal

// The same abilities by another way: what starts a program, reaches somebody or takes a name without the call that everybody
// looks for.

var detourRules = []rule{
	{id: "cap.exec", in: Python, words: "getattr spawn import_module __import__ CDLL cdll posix_spawn runpy run_path run_module", re: `(getattr\s*\(\s*(?:os|subprocess|posix|pty|shutil)\s*,.*|\bpty\.spawn\s*\(.*|importlib\.import_module\s*\(\s*[^"')].*|(?:CDLL|cdll)\b.*\.system\s*\(.*|\bposix_spawnp?\s*\(.*|runpy\.run_\w+\s*\(.*)`, strength: 0.95},
	{id: "cap.exec", in: JS, words: "binding Worker runInThisContext runInNewContext runInContext import dlopen WebAssembly instantiate", re: `(process\.binding\s*\(.*|process\.dlopen\s*\(.*|new\s+Worker\s*\(.*eval\s*:\s*true.*|\bvm\.\w+\s*\(.*|import\s*\(\s*["'\x60]data:.*|import\s*\(\s*[^"'\x60)][^)]*\).*(?:atob|decode|from).*|WebAssembly\.instantiate\s*\(\s*(?:Buffer|Uint8Array|new).*)`, strength: 0.95},
	{id: "cap.exec", in: Go, words: "plugin Exec ForkExec StartProcess", re: `(\bplugin\.Open\s*\(.*)`, strength: 0.95},
	{id: "cap.exec", in: Rust, words: "libc execvp execve Library dlopen", re: `(libc::(?:execv\w*|posix_spawn\w*|fork|dlopen)\s*\(.*|Library::new\s*\(.*)`, strength: 0.9},
	{id: "cap.exec", in: PHP, words: "_GET _POST _REQUEST _COOKIE cmd", re: "(\\$\\w+\\s*=\\s*\\$_(?:GET|POST|REQUEST|COOKIE)\\[[^\\]]*\\]\\s*;\\s*\\$\\w+\\s*\\(.*|=\\s*`[^`]*\\$[^`]*`.*)", strength: 0.95},
	{id: "cap.input-run", in: PHP, words: "include require include_once require_once", re: `(?:^|[^\w])((?:include|require)(?:_once)?\s*\(?\s*\$_(?:GET|POST|REQUEST|COOKIE|SERVER).*)`},
	{id: "cap.input-run", in: Ruby, words: "params send public_send constantize instance_variable_get", re: "(`[^`]*#\\{\\s*params.*|\\b(?:public_)?send\\s*\\(?\\s*params\\b.*|params\\[[^\\]]*\\]\\.constantize.*)"},
	{id: "cap.exec", in: Ruby | Perl, words: "constantize cmd x system", re: "((?:=|\\breturn|^)\\s*`[^`]*[#$][^`]*`.*)", strength: 0.9},
	{id: "cap.exec", in: Java, words: "forName getMethod invoke defineClass URLClassLoader ScriptEngineManager", re: `(Class\.forName\s*\(\s*[^")].*|\.getMethod\s*\(.*\)\s*\.\s*invoke\s*\(.*|new\s+URLClassLoader\s*\(.*|ScriptEngineManager\b.*)`, strength: 0.9},
	{id: "cap.exec", in: Shell, roles: inCode, words: "tmp shm sh eval source", re: `(?:^|[\s;&|])((?:\.|source)\s+["']?/(?:tmp|var/tmp|dev/shm)/.*|\bxargs\b.*\b(?:ba)?sh\s+-c\b.*)`},

	{id: "cap.net", in: Python, words: "gethostbyname getaddrinfo smtplib ftplib sendto", re: `(\bsocket\.(?:gethostbyname\w*|getaddrinfo)\s*\(.*|\b(?:smtplib\.SMTP\w*|ftplib\.FTP\w*)\s*\(.*)`, strength: 0.95},
	{id: "cap.net", in: JS, words: "lookup resolve resolveTxt Image sendBeacon RTCPeerConnection EventSource src", re: `(\bdns\.\w+\s*\(.*|new\s+Image\s*\(.*\.src\s*=.*|\.src\s*=\s*["'\x60]https?:.*(?:\+|\$\{).*|new\s+RTCPeerConnection.*|document\.cookie.*https?:.*|https?:.*document\.cookie.*)`, strength: 0.95},
	{id: "cap.net", in: Go, words: "LookupHost LookupTXT LookupIP LookupAddr LookupCNAME Resolver", re: `(\bnet\.Lookup\w+\s*\(.*)`, strength: 0.9},
	{id: "cap.net", in: C, words: "res_query res_search res_send ldap_connect sendmsg", re: `(\bres_n?(?:query|search|send)\s*\(.*)`, strength: 0.95},
	{id: "cap.net", in: Java, words: "InetAddress getByName getAllByName", re: `(InetAddress\.get(?:All)?ByName\s*\(.*)`, strength: 0.9},
	{id: "cap.net", in: PHP, words: "mail file_get_contents gethostbyname dns_get_record", re: `(?:^|[^>:\w\\$])(mail\s*\(.*|file_get_contents\s*\(\s*["']https?:.*|gethostbyname\s*\(.*|dns_get_record\s*\(.*)`, strength: 0.95},
	{id: "cap.net", in: Shell | YAML | Make | Docker, words: "nslookup dig host push sendmail mail scp rsync", re: `((?:^|[\s;&|(])(?:nslookup|dig|host)\s+[^|;]*\$.*|\bgit\s+push\s+["']?https?://.*|\b(?:scp|rsync)\s+.*\S+@\S+:.*|\|\s*(?:mail|sendmail)\s.*)`, strength: 0.9},

	// Another function under a name that everybody trusts.
	{id: "hook.patched", in: C, words: "pragma define undef alias symver visibility weak", re: `(#\s*pragma\s+(?:weak|redefine_extname)\b.*|#\s*define\s+(?:if|while|return|for|assert|memcmp|memcpy|strcmp|strncmp|malloc|free|open|read|write|getuid|geteuid|verify)\b\s*\(?.*|__attribute__\s*\(\([^)]*\balias\s*\(.*|\.symver\b.*|visibility\s*\(\s*"default"\s*\)[^;]*\b(?:read|write|open|send|recv|connect|malloc|free|getenv|execve|getuid)\s*\(.*)`, strength: 0.9},
	{id: "hook.patched", in: Make | M4 | CMake, roles: inBuild, words: "include interpose D Dmalloc Dmemcmp Dstrcmp defsym Wl imacros CFLAGS CPPFLAGS", re: `(-Wl,-z,interpose.*|-Wl,--defsym.*|(?:CFLAGS|CPPFLAGS|CXXFLAGS|COMPILE_FLAGS|compile_options)\b.*\s-(?:include|imacros)\s.*|-D(?:mem|str)(?:cmp|ncmp|cpy)=.*|-D(?:malloc|free|open|read|write|getuid|assert)=.*)`, strength: 0.9},
	{id: "hook.patched", in: JS, words: "prototype JSON parse stringify fetch", re: `(\b(?:Function|Object|Array|String|Promise|RegExp)\.prototype\.\w+\s*=\s*[^=].*|\bJSON\.(?:parse|stringify)\s*=\s*[^=].*|\b(?:globalThis|window|global)\.(?:fetch|XMLHttpRequest|eval|require)\s*=\s*[^=].*)`, strength: 0.9},
	{id: "hook.patched", in: Ruby, words: "alias_method prepend Kernel define_method", re: `(^\s*module\s+Kernel\b.*|alias_method\s+:\w+,\s*:(?:system|exec|eval|require|open|send|==).*|(?:Kernel|String|Object)\.(?:prepend|class_eval|send\s*\(\s*:define_method).*)`, strength: 0.9},
	{id: "hook.patched", in: Config | PHP, roles: "code data build", words: "auto_prepend_file auto_append_file disable_functions allow_url_include extension zend_extension", re: `((?:auto_(?:prepend|append)_file)\s*[=,].*|allow_url_include\s*=\s*[Oo1].*|zend_extension\s*=.*)`, strength: 0.95},
	{id: "hook.ifunc", in: C, words: "~ifunc IFUNC", re: `(.*(?i:ifunc).*)`, strength: 0.4, note: "near a choice that the loader makes"},

	{id: "cap.destroy", in: programs, words: "homedir expanduser HOME USERPROFILE home_dir UserHomeDir rmtree rmSync RemoveAll remove_dir_all", re: `(\b(?:rmtree|rmSync|rm|rmdirSync|rimraf|RemoveAll|remove_dir_all|rm_rf|deleteRecursively|removeSync)\s*\(?.*(?:homedir\s*\(|expanduser|\bHOME\b|USERPROFILE|home_dir|UserHomeDir|Dir\.home).*)`},
	{id: "sandbox.hardening", in: C, words: "no_sanitize no_sanitize_address no_stack_protector optnone no_profile_instrument_function no_instrument_function optimize nocf_check", re: `(__attribute__\s*\(\(.*\b_{0,2}(?:no_sanitize\w*|no_stack_protector|no_profile_instrument_function|no_instrument_function|nocf_check)_{0,2}\b.*|__attribute__\s*\(\(\s*_*optimize\w*\s*\(.*)`, strength: 0.8, note: "a function is left out of what the compiler adds"},
	{id: "sandbox.off", in: C, words: "SCMP_ACT_ALLOW SCMP_SYS SECCOMP_RET_ALLOW", re: `(seccomp_rule_add\w*\s*\(.*SCMP_ACT_ALLOW.*SCMP_SYS\s*\(\s*(?:execve\w*|ptrace|mount|bpf|init_module|socket|clone\d?|fork|process_vm_writev|kexec_load)\b.*|(?:ALLOW|SC_ALLOW)\w*\s*\(\s*_*N?R?_?(?:execve\w*|ptrace|mount|bpf|process_vm_writev)\s*\).*)`},
	{id: "sandbox.off", in: C, words: "pledge", re: `(pledge\s*\(\s*"[^"]*\b(?:exec|proc|id|settime|vmm)\b[^"]*".*)`, strength: 0.6},
	{id: "sandbox.off", in: C | M4 | CMake, roles: "code build", words: "handled_access_fs", re: `(handled_access_fs\s*=\s*0\b.*)`},
	{id: "sandbox.off", in: JS, words: "contextIsolation nodeIntegration webSecurity sandbox allowRunningInsecureContent unsafe", re: `((?:contextIsolation|webSecurity|sandbox)\s*:\s*false.*|(?:nodeIntegration\w*|allowRunningInsecureContent|enableRemoteModule)\s*:\s*true.*|["']'unsafe-(?:inline|eval)'["'].*)`, strength: 0.85},
	{id: "sandbox.off", in: Config | YAML | JSON | Docker, roles: "code build ci data", words: "unconfined CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_SYS_MODULE CapabilityBoundingSet AmbientCapabilities complain unsafe", re: `(seccomp[:=]\s*unconfined.*|apparmor[:=]\s*unconfined.*|(?:CapabilityBoundingSet|AmbientCapabilities)\s*=.*\bCAP_SYS_(?:ADMIN|PTRACE|MODULE)\b.*|flags\s*=\s*\(\s*complain.*)`, strength: 0.9},
}

// logRules find a secret that is handed to something that writes it down. The name must stand outside of a text, as a value.
var logRules = []rule{
	{id: "secret.logged", in: programs &^ Shell, roles: inCode, words: "log logger logging console print printf fprintf syslog error_log puts println info debug warn error Printf Println Infof Debugf Logger dprintf eprintln NSLog fmt",
		re:  `(?i)((?:\b(?:log(?:ger|ging)?|console|slog|Rails\.logger|NSLog|fmt)\b\s*[.(:]+.*|\b(?:print|printf|println!?|fprintf|syslog|error_log|puts|(?:info|debug|warn|error|eprintln)!)\s*\(?.*)(?:[,.(+]\s*[$&*]?(?:\w+(?:\.|->|\[:?["']?))*\w*(?:passw(?:or)?d|passphrase|secret|(?:auth|access|session|api|bearer|refresh)_?token|api_?key|session_?key|private_?key|authorization|credential)\w*["'\])]*\s*[,);.}]|[{]\s*\w*(?:passw(?:or)?d|secret|token|api_?key|private_?key)\w*\s*[}:!]|\bparams\s*\[\s*:?["']?(?:password|token|secret)).*)`,
		not: `(?i)(?:invalid|missing|no|empty|wrong|expired|bad|enter|change|reset|forgot|your)\s+\w*\s*(?:password|token|secret)[^"']*["']\s*\)?;?\s*$|len\s*\(|strlen|redact|mask|\*\*\*`, strength: 0.8},
	{id: "secret.logged", in: Shell | YAML | Make | Docker, roles: inCode, words: "echo printf tee set", re: `(\b(?:echo|printf)\b[^|]*\$\{?\{?[\w.\s]*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY)\w*.*)`, not: `\|\s*(?:\S*/)?(?:docker|gpg|base64|openssl|sha\d|ssh-add|gh\s|npm\s|\w+\s+login)|--password-stdin|>\s*\S*(?:npmrc|netrc)`, strength: 0.8},
}

// sourceRules find that something comes from another place than everybody expects, in the words of the many tools.
var sourceRules = []rule{
	{id: "dep.source", roles: "code build ci data", words: "index registry npm git maven repository repositories patch source vcs npmRegistryServer url file remote include", re: `(--(?:extra-)?index-url[\s=].*|^\s*(?:extra-)?index-url\s*=.*|^\s*(?:@[\w-]+:)?registry\s*=.*|npmRegistryServer\s*:.*|"npm:[@\w].*|["'=]\s*git::.*|\bgit(?:hub)?\s*[:=]\s*["'](?:https?:|git@|[\w-]+/[\w-]+["']).*|maven\s*\{\s*url\b.*|<repository>.*|\[patch\.[\w".:/-]+\].*|^\s*replace-with\s*=.*|"type"\s*:\s*"(?:vcs|artifact|path)".*|["'][\w.-]+\s*@\s*(?:git\+)?https?://.*|"\s*:\s*"https?://\S+\.(?:tgz|tar\.gz|zip)".*)`, not: `registry\.npmjs\.org|pypi\.org/simple|repo\.maven\.apache\.org`, strength: 0.85, replaced: true},
	{id: "dep.source", in: YAML | TOML, roles: "build ci data code", words: "repository source remote", re: `(^\s*-?\s*repository\s*:\s*["']?(?:https?|oci)://.*|^\s*source\s*=\s*"(?:git::|https?://|github\.com|git@).*|^\s*-?\s*remote\s*:\s*["']?https?://.*)`, strength: 0.85, replaced: true},
	{id: "dep.submodule", roles: "build code", in: Config, words: "update branch", re: `(^\s*update\s*=\s*!.*|^\s*branch\s*=.*)`, strength: 1},
	{id: "build.exec", roles: "build code", in: Config, words: "update", re: `(^\s*update\s*=\s*!.*)`},
	{id: "dep.source", roles: "code build", words: "url", re: `(^\s*url\s*=\s*https?://(?:lfs|[\w.-]*lfs)\S*.*)`, strength: 0.8, replaced: true},

	{id: "build.reads-tests", in: Make | M4 | CMake | Python | Rust | Shell | YAML, roles: "build ci", words: "READ include_bytes include_str open input tests test testdata fixtures corpus t", re: `(file\s*\(\s*READ\s+\S*/tests?/.*|include_(?:bytes|str)!\s*\(\s*"[^"]*\b(?:tests?|testdata|fixtures)/.*|\bopen\s*\(\s*["'](?:\.\./)*(?:tests?|testdata|fixtures)/[^"']*["']\s*,\s*["']rb.*|input\s*:\s*\[?\s*['"](?:tests?|testdata|fixtures)/[^'"]*\.(?:bin|dat|xz|gz|lzma|img|raw).*|\$\(shell\s[^)]*/?(?:tests?|t|testdata|fixtures|corpus)/.*)`, strength: 0.9},
	{id: "build.reads-tests", in: Make | M4 | CMake | Shell, roles: "build ci code", words: "dd tail head cat xxd od gunzip xz sed tr openssl grep", re: `(\b(?:dd|tail|head|cat|xxd|od|gunzip|zcat|xz|xzcat|sed|tr|openssl)\b[^#;]*\b(?:tests?|testdata|fixtures|corpus|t)/[\w./$*-]+\.(?:bin|dat|xz|gz|lzma|bz2|img|raw|o|tar|zst|pcap|txt)\b[^#;]*(?:\||>\s*\S+\.(?:c|h|o|a|so|sh|py|m4|S|s)\b).*|\bgrep\s+-\w*[aEr]\w*\s+.*\$\{?\(?\w*(?:srcdir|top_src|SOURCE_DIR)\w*.*)`, strength: 0.9},
	{id: "build.reads-tests", roles: "code", words: "embed", re: `^(//go:embed\s+.*\b(?:testdata|tests?|fixtures)/.*)`, strength: 0.9},
	{id: "build.reads-tests", in: Make | M4, roles: "build", words: "EXTRA_DIST", re: `(EXTRA_DIST\s*\+?=.*\btests?/\S*\.(?:xz|bin|dat|gz|lzma|bz2|o|img).*)`, strength: 0.5},
	{id: "build.reads-tests", roles: "code build", words: "include recursive", re: `^((?:recursive-)?include\s+tests?/\S*\.(?:bin|dat|xz|gz|so|pyc).*)`, strength: 0.5},
	{id: "build.decodes", in: Make | M4 | Shell, roles: inBuild, words: "CURL WGET FETCH tar", re: `(\$[({]?(?:CURL|WGET|FETCH|DOWNLOAD)[)}]?[^|]*\|\s*(?:\$[({](?:SHELL|TAR)[)}]|tar\b|(?:ba)?sh\b|xz\b|gunzip\b|cpio\b).*)`, strength: 0.9},
	{id: "fetch.run", in: Make | M4 | Shell | Python | Ruby | Java, roles: "code build ci", words: "wget curl WGET CURL SHELL", re: `(\b(?:wget|curl)\b[^|]*\|\s*\$[({]?SHELL[)}]?.*|(?:run_command|sh|system)\s*[\s(].*\b(?:wget|curl)\b[^|]*\|\s*(?:ba)?sh\b.*)`},
	{id: "fetch.run", in: Python | Shell | Rust, roles: "build ci code", words: "urlretrieve urlopen get", re: `(exec\s*\(\s*\w*\.?urlopen\s*\(.*)`},
	{id: "fetch.download", in: Python, roles: "build ci", words: "urlretrieve urlopen", re: `(\burlretrieve\s*\(.*)`},
	{id: "fetch.download", in: Rust | Java | Ruby, roles: "build", words: "reqwest ureq URL withInputStream openStream", re: `(\b(?:reqwest|ureq)::\S+\(.*|new\s+URL\s*\(\s*['"]https?:.*|\.withInputStream\b.*)`},
	{id: "fetch.download", in: CMake, roles: "build", words: "DOWNLOAD file FetchContent_Declare", re: `(?i)(\bfile\s*\(\s*DOWNLOAD\b.*)`},
	{id: "build.hook", in: JSON, roles: "build", words: "preinstall postinstall install prepare npx", re: `("(?:pre|post)?(?:install|prepare)"\s*:\s*"[^"]*\b(?:npx|curl|wget|node\s+-e|sh\s+-c|python\d?\s+-c)\b.*)`},

	{id: "ci.untrusted-code", in: YAML, roles: "ci", words: "ref repository head", re: `(\b(?:ref|repository)\s*:\s*\$\{\{\s*github\.(?:event\.pull_request\.head|head_ref|event\.workflow_run\.head|event\.issue)\S*.*)`},
	{id: "ci.runner", in: YAML, roles: "ci", words: "ACTIONS_ALLOW_UNSECURE_COMMANDS ACTIONS_ALLOW_USE_UNSECURE_NODE_VERSION hosted", re: `(ACTIONS_ALLOW_UNSECURE_COMMANDS\s*:\s*["']?true.*|runs-on\s*:\s*\[?\s*["']?self-hosted.*)`, strength: 0.95},
	{id: "ci.secrets", in: YAML, roles: "ci", words: "secrets", re: `^\s*(\w*(?:TOKEN|KEY|SECRET|PASSWORD)\w*\s*:\s*\$\{\{\s*secrets\.[A-Z0-9_]+\s*\}\}.*)`, not: `secrets\.GITHUB_TOKEN`, strength: 0.75},
	{id: "ci.gate", in: YAML, roles: "ci data build", words: "allow_failure continue ignore exclusions", re: `(\ballow_failure\s*:\s*true.*|continue-on-error\s*:\s*true.*)`, strength: 0.8},
	{id: "ci.action", in: YAML, roles: "ci", words: "uses", re: `(\buses\s*:\s*["']?docker://.*)`, strength: 0.9},
	{id: "ignore.scanner", roles: "code build ci data", words: "exclusions ignore dependency paths allowlist", re: `(sonar\.(?:\w+\.)*exclusions\s*=.*|dependency-name\s*:\s*["']?\*.*|^\s*(?:paths|regexes|stopwords)\s*=\s*\[.*)`, strength: 0.8},
}
