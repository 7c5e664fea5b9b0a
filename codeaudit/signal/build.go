package signal

// What runs when somebody builds, installs or configures: code that no reader of the program ever sees.

var buildRules = []rule{
	{id: "build.exec", in: M4 | Make | CMake, roles: inBuild, words: "eval", re: `(?:^|[\s;|&@'"(\x60$])(eval\s+["'$\x60].*)`, strength: 1},
	{id: "build.exec", in: M4, roles: inBuild, words: "AC_CONFIG_COMMANDS m4_syscmd m4_esyscmd syscmd esyscmd AC_CONFIG_COMMANDS_PRE AC_CONFIG_COMMANDS_POST", re: `\b((?:AC_CONFIG_COMMANDS(?:_PRE|_POST)?|m4_e?syscmd|e?syscmd)\s*\(.*)`, strength: 0.9},
	{id: "build.exec", in: CMake, roles: inBuild, words: "execute_process EXECUTE_PROCESS exec_program", strength: 0.8},
	{id: "build.exec", in: CMake, roles: inBuild, words: "add_custom_command add_custom_target", strength: 0.4},
	{id: "build.exec", in: CMake, roles: inBuild, words: "install INSTALL", re: `(?i)\b(install\s*\(\s*CODE\b.*)`},
	{id: "build.exec", in: Make, roles: inBuild, words: "shell", re: `(\$[({]shell\s+.*)`, strength: 0.5},
	{id: "build.exec", in: Python, roles: "build", words: "system Popen call run check_call check_output exec eval run_command", re: `\b((?:os\.system|subprocess\.\w+|exec|eval|run_command)\s*\(.*)`},
	{id: "build.exec", in: Rust, roles: "build", words: "Command", re: `\b(Command::new\s*\(.*)`, strength: 0.8},
	{id: "build.exec", in: Ruby | Java, roles: "build", words: "system exec sh execute commandLine spawn", re: `(?:^|[\s{(])((?:system|exec|sh|spawn)[\s(]+["'%].*|commandLine\b.*|\.execute\(\))`, strength: 0.7},
	{id: "build.exec", roles: inCode, words: "generate", re: `^(//go:generate\s+.*)`, strength: 0.5},
	{id: "build.exec", roles: inCode, words: "LDFLAGS CFLAGS CPPFLAGS", re: `^(?:\s*(?://|\*))?\s*(#cgo\s.*)`, strength: 0.5},
	{id: "build.hook", in: JSON, roles: "build", words: "preinstall install postinstall prepare prepublish prepublishOnly preprepare postprepare prepack dependencies", re: `("(?:pre|post)?(?:install|prepare|publish|prepublishOnly|pack)"\s*:\s*".*)`},
	{id: "build.hook", in: JSON, roles: "build", words: "post pre", re: `("(?:pre|post)-(?:install|update|autoload|package|root-package|create-project|status)[a-z-]*(?:cmd|dump|install|update)?"\s*:.*)`},
	{id: "build.hook", in: Python, roles: "build", words: "cmdclass", re: `\b(cmdclass\s*=.*)`, strength: 0.8},
	{id: "build.hook", in: Python, roles: "build", words: "install develop egg_info build_py sdist bdist_egg", re: `^(\s*class\s+\w+\((?:\w+\.)?(?:install|develop|egg_info|build_py|sdist|bdist_egg)\).*)`},
	{id: "build.hook", in: Ruby, roles: "build", words: "extensions", re: `\b(\w+\.extensions\s*=.*)`, strength: 0.6},
	{id: "build.hook", in: TOML, roles: "build", words: "build", re: `^(build\s*=\s*".*)`, strength: 0.6},
	{id: "build.hook", in: Make, roles: inBuild, words: "hook local install all", re: `^((?:install-(?:exec|data)-hook|all-local|install-(?:exec|data)-local|dist-hook)\s*:.*)`, strength: 0.7},
	{id: "build.hook", in: Any, roles: inBuild, words: "hooksPath", re: `(core\.hooksPath.*)`},
	{id: "build.decodes", in: M4 | Make | CMake | Shell | Python | YAML, roles: inBuild, words: "xz gzip gunzip bzip2 unxz zcat xzcat lzma bzcat zstd unzstd base64 uudecode xxd openssl head tail tr dd awk",
		re: `((?:\b(?:xz|lzma|unxz|xzcat|gunzip|zcat|bzcat|unzstd|zstd|bzip2|base64|uudecode|xxd|tr|head|tail|dd)\b[^|]*\|\s*){2,}.*|\|\s*(?:xz\s+-\w*d\w*|xzcat|gunzip|gzip\s+-\w*d\w*|unxz|bzip2\s+-\w*d\w*|base64\s+(?:-d|-D|--decode)|uudecode|xxd\s+-\w*r\w*|openssl\s+\w*\s*.*-d\b).*|\b(?:xz|lzma|unxz|xzcat|gzip|gunzip|zcat|bzip2|bzcat|zstd)\b[^|]*\|\s*(?:\S*/)?(?:ba|da|z|k)?sh\b.*|\b(?:base64\s+(?:-d|--decode)|xxd\s+-r|uudecode)\b.*)`},
	{id: "build.decodes", in: M4 | Make | CMake | Shell, roles: inBuild, words: "tr", re: `(\btr\s+["'][^"']*\\[0-9]{2,3}[^"']*["'].*|\btr\s+["'](?:[^"']{0,3}-[^"']{0,3}|\\t[^"']*|[^\w"']{3,})["']\s+["'][^"']*["']\s*(?:<|\|).*)`, not: `\[?[Aa]-[Zz]\]?|:(?:upper|lower|alnum):`},
	{id: "build.reads-tests", in: M4 | Make | CMake | Shell, roles: "build", words: "sed grep cat awk head tail tr xz od dd cp", re: `(\b(?:sed|e?grep|cat|awk|head|tail|tr|xz|od|dd)\b[^#]*(?:srcdir|topdir|top_src|\$\{?\w*(?:dir|DIR)\w*\}?|\.)\S*/(?:tests?|testdata|fixtures|t)/\S+.*)`, strength: 0.8},
	{id: "build.reads-tests", in: M4 | Make | CMake | Shell, roles: "build", words: "srcdir top_srcdir", re: `(\b(?:e?grep|find)\b[^#|]*\s-\w*[rlaR]\w*[^#|]*\$(?:\{?\w*srcdir\w*\}?|\(\w*srcdir\w*\)).*)`, strength: 0.8},
	{id: "build.flags", in: Make | M4 | CMake | Python | Rust | Shell | TOML | YAML, roles: inBuild, words: "Wl wrap rpath LD_PRELOAD preload undefined", re: `(-Wl,(?:--wrap|--defsym|-z,lazy|-z,norelro|-z,execstack|--allow-multiple-definition)[^\s]*.*|-fplugin=.*)`},
	{id: "build.flags", in: Make | M4 | CMake | Python | Rust | Shell | TOML | YAML, roles: inBuild, words: "Wl rpath", re: `(-Wl,(?:-rpath|--dynamic-list)[^\s]*.*)`, strength: 0.5},
	{id: "build.flags", in: Make | M4 | CMake, roles: inBuild, words: "LIBS LDFLAGS LDADD LIBADD target_link_libraries", re: `((?:LIBS|LDFLAGS|LDADD|LIBADD)\w*\s*\+?=\s*.*\.(?:o|a|so|lo)\b.*)`, strength: 0.4},
	{id: "build.flags", in: Make | M4 | Shell, roles: inBuild, words: "o", re: `((?:cp|mv|cat|ln)\s[^|;]*\.(?:o|lo|a|so)\b.*)`, strength: 0.5},
}

// What a commit does to the pipeline that tests, signs and publishes.
var pipelineRules = []rule{
	{id: "ci.untrusted-code", in: YAML, roles: "ci", words: "pull_request_target workflow_run issue_comment", re: `\b((?:pull_request_target|workflow_run|issue_comment)\b.*)`},
	{id: "ci.untrusted-code", in: YAML, roles: "ci", words: "github", re: `(\$\{\{\s*github\.(?:event\.(?:issue|pull_request|comment|review|head_commit|commits)[\w.\[\]]*(?:title|body|ref|message|name|email|label)|head_ref)[^}]*\}\}.*)`},
	{id: "ci.permissions", in: YAML, roles: "ci", words: "write contents", re: `((?:permissions\s*:\s*write-all|(?:contents|packages|id-token|actions|deployments|checks|statuses|pull-requests|security-events|attestations)\s*:\s*write).*)`, strength: 0.95},
	{id: "ci.permissions", in: YAML, roles: "ci", words: "write", re: `(permissions\s*:\s*write-all.*)`},
	{id: "ci.secrets", in: YAML, roles: "ci", words: "secrets toJSON inherit", re: `(toJ[Ss][Oo][Nn]\(\s*(?:secrets|env|github)\s*\).*|secrets\s*:\s*inherit.*)`},
	{id: "ci.secrets", in: YAML | Shell, roles: "ci", words: "env printenv set secrets TOKEN", re: `((?:\benv\b|\bprintenv\b|secrets\.\w+|\$\{?\w*TOKEN\w*\}?)[^#]*\|\s*(?:base64|curl|nc|xxd|rev|openssl).*|(?:curl|wget|nc)\b[^#]*(?:secrets\.\w+|\$\{?\w*(?:TOKEN|SECRET|PASSW|KEY)\w*\}?)[^#]*https?://.*|https?://\S*\$\{\{\s*secrets\..*)`},
	{id: "ci.secrets", in: YAML, roles: "ci", words: "secrets", re: `(\$\{\{\s*secrets\.[A-Z0-9_]+\s*\}\}.*)`, not: `secrets\.GITHUB_TOKEN`, strength: 0.4},
	{id: "ci.action", in: YAML, roles: "ci", words: "uses", re: `\buses\s*:\s*["']?([\w.-]+/[\w./-]+@(?:main|master|HEAD|latest|dev|develop|v?\d[\w.]*))`, not: `uses\s*:\s*["']?(?:actions|github|docker)/`, strength: 0.35},
	{id: "ci.action", in: YAML, roles: "ci", words: "uses", re: `\buses\s*:\s*["']?([\w.-]+/[\w./-]+@(?:main|master|HEAD|latest|dev|develop))`, not: `uses\s*:\s*["']?(?:actions|github|docker)/`, strength: 0.95},
	{id: "ci.runner", in: YAML, roles: "ci", words: "hosted privileged dind", re: `(runs-on\s*:.*self-hosted.*|privileged\s*:\s*true.*|--privileged.*|docker\.sock.*)`, strength: 0.7},
	{id: "ci.release", in: YAML | Shell | Make, roles: inBuild, words: "publish upload release twine cosign gpg sign", re: `\b(npm\s+publish.*|twine\s+upload.*|cargo\s+publish.*|gem\s+push.*|gh\s+release\s+(?:create|upload).*|docker\s+push.*|gpg\s+.*--(?:sign|detach-sign|import).*|cosign\s+sign.*|mvn\s+.*deploy.*)`, strength: 0.95},
	{id: "ci.pinning-removed", in: YAML | Docker, roles: inBuild, words: "trusted allow_unverified unverified", re: `(\[trusted=yes\].*|allow[_-]unverified.*)`},
}
