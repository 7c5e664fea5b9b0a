package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["git"] = git
	hooks["vcs"] = vcs
	hooks["gitAlias"] = gitAlias
	hooks["lookOrType"] = func(e *eval) { // a window in which commands can be typed, unless an option makes it print something instead
		if !e.has("-h", "-v", "-l", "-c", "-cd") {
			e.shell(Run{})
		}
	}
	hooks["yadmTool"] = yadmTool
	hooks["yadmEnter"] = func(e *eval) { // a shell whose git is that of yadm, or a line for it
		if line := value.Join(e.operands, " "); len(e.operands) > 0 {
			e.run(Run{Script: &line, Lang: "sh"})
			return
		}
		e.shell(Run{})
	}
	hooks["jjSetting"] = func(e *eval) {
		if n := first(e.operands); !oneOf(n, "user.name", "user.email", "ui.color", "ui.paginate", "ui.default-command", "ui.log-word-wrap", "ui.graph.style", "ui.diff.format", "revset-aliases", "git.auto-local-bookmark", "git.private-commits", "git.push-bookmark-prefix") {
			e.unknown("the setting %q of jj may name a program that it runs", n)
		}
	}
	hooks["ghAlias"] = ghAlias
	hooks["ghAPI"] = ghAPI
	hooks["gitBulk"] = gitBulk
	hooks["gitSed"] = gitSed
}

// gitRuns are settings of git whose value is a command.
var gitRuns = []string{"core.pager", "core.editor", "core.sshcommand", "core.fsmonitor", "core.gitproxy", "core.askpass", "sequence.editor", "diff.external", "credential.helper", "gpg.program", "gpg.ssh.program",
	"pager.", "alias.", "filter.", ".command", ".cmd", ".textconv", ".driver", "interactive.difffilter", "uploadpack.packobjectshook", "protocol.ext", "core.hookspath", "init.templatedir", "browser.", "man.", "http.proxy", "remote.*.proxy"}

// firstWord is what stands before the first blank of v.
func firstWord(v value.Str) string {
	w, _, _ := strings.Cut(v.Prefix(), " ")
	return w
}

// gitSetting says what a setting given on the command line leads to.
func (e *eval) gitSetting(name string, v value.Str, now bool) {
	name = strings.ToLower(name)
	for _, k := range gitRuns {
		if !strings.Contains(name, k) || strings.HasPrefix(k, ".") && !strings.HasSuffix(name, k) {
			continue
		}
		switch {
		case strings.HasPrefix(name, "core.hookspath"), strings.HasPrefix(name, "init.templatedir"):
			e.effect(sallyport.EffectPersist, v, "hooks of git")
			e.unknown("the hooks in %q are not read", v)
		case strings.Contains(name, "proxy") && !strings.Contains(name, "gitproxy"):
			e.effect(sallyport.EffectConnect, v, "proxy")
		case strings.HasPrefix(name, "credential.helper") && oneOf(firstWord(v), "store", "cache", "libsecret", "osxkeychain", "manager", "manager-core", "wincred", "oauth", "netrc"):
			return
		case strings.HasPrefix(name, "protocol.ext"):
			e.hint("runs-option", sallyport.High, "lets addresses of repositories run commands")
		default:
			if oneOf(v.String(), "cat", "less", "more", "", "false", "true", "store", "cache", "osxkeychain", "vim", "vi", "nano", "manager", "libsecret") {
				return
			}
			script := v
			if strings.HasPrefix(name, "alias.") {
				if !v.HasPrefix("!") {
					return
				}
				script, _ = v.Drop(1)
			}
			r := Run{Script: &script, Lang: "sh", Via: "git " + name}
			if !now {
				r.Where, r.Certainty = Later, sallyport.May
				e.effect(sallyport.EffectPersist, lit("git "+name), v.String())
			}
			e.run(r)
			if now {
				e.hint("runs-option", sallyport.High, "a setting of git runs a command")
			}
		}
		return
	}
}

var gitLooks = wordSet(`status log show diff branch tag rev-parse rev-list ls-files ls-tree describe blame shortlog reflog cat-file config-get for-each-ref name-rev merge-base symbolic-ref var
	whatchanged grep count-objects fsck help version show-ref check-ignore check-attr diff-tree diff-index diff-files cherry verify-commit verify-tag range-diff annotate format-patch
	get-tar-commit-id show-branch hash-object write-tree mktree patch-id verify-pack last-modified show-index stripspace column check-mailmap interpret-trailers check-ref-format difftool merge-tree request-pull --version --help --exec-path --html-path last-modified rerere ls-remote-local`)

var gitChanges = wordSet(`add commit checkout switch restore reset merge rebase cherry-pick revert stash rm mv clean am apply init worktree update-index update-ref read-tree gc prune repack
	notes bisect sparse-checkout filter-branch replace pack-refs maintenance commit-tree mailinfo mailsplit unpack-objects index-pack pack-objects subtree bundle fast-import fast-export tag branch checkout-index hash-object write-tree annotate-x remote submodule config credential pack-redundant mergetool bugreport diagnose unpack-file quiltimport stage citool gui gitk update-server-info multi-pack-index commit-graph prune-packed merge-file merge-index mktag rerere refs replay backfill history`)

func git(e *eval) {
	dir := value.Str{}
	i := 0
	ops := e.operands
	if e.name != "git" && strings.HasPrefix(e.name, "git-") {
		ops = append([]value.Str{lit(strings.TrimPrefix(e.name, "git-"))}, ops...)
	}
	for ; i < len(ops); i++ {
		o := ops[i]
		c := o.Prefix()
		if !strings.HasPrefix(c, "-") {
			break
		}
		next := func() (v value.Str) {
			if i++; i < len(ops) {
				v = ops[i]
			}
			return v
		}
		switch {
		case c == "-C" && o.Known():
			dir = within(dir, next())
		case c == "-c" && o.Known():
			if k, v, ok := next().CutAny("="); ok {
				e.gitSetting(k.String(), v, true)
			}
		case strings.HasPrefix(c, "--config-env"):
			e.unknown("a setting of git comes from the environment")
		case oneOf(c, "--git-dir", "--work-tree", "--namespace", "--super-prefix") && o.Known():
			next()
		case strings.HasPrefix(c, "--exec-path="):
			_, v, _ := o.CutAny("=")
			e.effect(sallyport.EffectExec, v, "programs of git are taken from there")
			e.hint("runs-option", sallyport.High, "an option of git says where its programs are")
		case oneOf(c, "-p", "--paginate", "-P", "--no-pager", "--no-replace-objects", "--bare", "--literal-pathspecs", "--glob-pathspecs", "--noglob-pathspecs", "--icase-pathspecs", "--no-optional-locks", "--version", "-v", "--help", "-h", "--exec-path", "--html-path", "--man-path", "--info-path", "--list-cmds", "--no-lazy-fetch", "--no-advice"),
			strings.HasPrefix(c, "--git-dir="), strings.HasPrefix(c, "--work-tree="), strings.HasPrefix(c, "--namespace="), strings.HasPrefix(c, "--attr-source="), strings.HasPrefix(c, "--list-cmds="):
		default:
			e.unknown("option %q of git is not understood", o)
		}
	}
	if i >= len(ops) {
		return
	}
	verb, known := ops[i].Const()
	args := ops[i+1:]
	if !known {
		e.unknown("what git is told to do is not known: %q", ops[i])
		return
	}
	if e.grammar != nil && e.grammar.plugin {
		if !dir.Empty() {
			e.unknown("paths in what git %s says are in %q", verb, dir)
		}
		return
	}
	plain, opts := e.gitWords(args)
	if e.grammar != nil && verb != "rebase" && verb != "filter-branch" {
		for _, g := range e.grammar.given {
			if o := g.opt.name; oneOf(o, "--upload-pack", "-u", "--receive-pack", "--exec", "-x", "--extcmd", "-t", "--tool", "--open-files-in-pager", "-O", "--editor", "--template") && !g.value.Empty() {
				e.gitOption(verb, o, g.value)
			}
		}
	}
	repo := dir
	if repo.Empty() {
		repo = lit(".")
	}
	look := func() { e.sources = append(e.sources, End{System, lit("repository")}) }
	remote := func(v value.Str, detail string) {
		if v.HasPrefix("ext::") {
			cmd, _ := v.Drop(5)
			e.run(Run{Script: &cmd, Lang: "sh", Via: "git ext"})
			e.hint("runs-option", sallyport.High, "the address of the repository is a command")
			return
		}
		switch h, _, isRemote := remotePath(v); {
		case v.Contains("://"):
			e.effect(sallyport.EffectConnect, v, detail)
		case isRemote:
			e.effect(sallyport.EffectConnect, h, detail)
		case v.HasPrefix("/") || v.HasPrefix("."):
			e.effect(sallyport.EffectRead, v, detail)
		default:
			e.effect(sallyport.EffectConnect, value.Concat(lit("git remote "), v), detail)
		}
	}
	switch {
	case verb == "clone":
		if len(plain) > 0 {
			remote(plain[0], "git clone")
			target := plain[0].TrimSuffix("/").TrimSuffix(".git").Base()
			if b, a, ok := target.CutAny(":"); ok && b.Known() {
				target = a
			}
			if len(plain) > 1 {
				target = plain[1]
			}
			e.effect(sallyport.EffectWrite, within(dir, target), "copy of the repository")
		}
		for _, c := range e.grammar.values("-c") {
			if k, v, ok := c.CutAny("="); ok {
				e.gitSetting(k.String(), v, true)
			}
		}
	case oneOf(verb, "fetch", "pull", "push", "ls-remote", "archive", "send-pack", "fetch-pack", "request-pull"):
		if verb == "archive" {
			if r, ok := opts["--remote"]; ok {
				remote(r, "git archive")
			}
			if o, ok := opts["-o"]; ok && !o.Empty() {
				e.effect(sallyport.EffectWrite, o, "archive")
			} else if o, ok := opts["--output"]; ok && !o.Empty() {
				e.effect(sallyport.EffectWrite, o, "archive")
			}
			look()
			break
		}
		if len(plain) > 0 {
			remote(plain[0], "git "+verb)
		} else {
			e.effect(sallyport.EffectConnect, lit("git remote of "+repo.String()), "git "+verb)
		}
		switch verb {
		case "push":
			for _, o := range args {
				if oneOf(o.String(), "-f", "--force", "--mirror", "--delete", "-d", "--prune") || o.HasPrefix("+") {
					e.hint("force-push", sallyport.Medium, "replaces or deletes what others have in the repository")
				}
			}
		case "pull":
			e.effect(sallyport.EffectWrite, repo, "updated from the remote")
		case "fetch":
			e.effect(sallyport.EffectWrite, value.Path(repo, lit(".git")), "updated from the remote")
		case "ls-remote":
			look()
		}
	case verb == "subtree" && oneOf(first(plain), "add", "pull", "push", "merge"):
		if len(plain) > 1 && !plain[0].Is("merge") {
			remote(plain[1], "git subtree "+first(plain))
		}
		if !plain[0].Is("push") {
			e.effect(sallyport.EffectWrite, repo, "git subtree")
		}
	case verb == "config":
		e.gitConfig(args, dir)
	case verb == "remote":
		switch first(plain) {
		case "add", "set-url":
			if n := len(plain); n > 2 {
				e.effect(sallyport.EffectWrite, value.Path(repo, lit(".git/config")), "remote "+plain[n-1].String())
			}
		case "update", "show", "prune":
			e.effect(sallyport.EffectConnect, lit("git remote of "+repo.String()), "git remote")
		case "remove", "rm", "rename", "set-head", "set-branches":
			e.effect(sallyport.EffectWrite, value.Path(repo, lit(".git/config")), value.Join(plain, " ").String())
		default:
			look()
		}
	case verb == "submodule":
		if oneOf(first(plain), "update", "add", "sync", "init") {
			e.effect(sallyport.EffectConnect, lit("git submodules of "+repo.String()), "")
			e.effect(sallyport.EffectWrite, repo, "submodules")
		} else if first(plain) == "foreach" && len(plain) > 1 {
			line := value.Join(plain[1:], " ")
			e.run(Run{Script: &line, Lang: "sh"})
		} else {
			look()
		}
	case verb == "reflog" && oneOf(first(plain), "expire", "delete", "drop"):
		e.effect(sallyport.EffectDelete, lit("earlier states of "+repo.String()), "git reflog "+first(plain))
	case verb == "bundle" && len(plain) > 1 && plain[0].Is("create"):
		e.effect(sallyport.EffectWrite, within(dir, plain[1]), "bundle of the repository")
		look()
	case verb == "bundle" && len(plain) > 1:
		e.effect(sallyport.EffectRead, within(dir, plain[1]), "bundle")
		if plain[0].Is("unbundle") {
			e.effect(sallyport.EffectWrite, repo, "git bundle")
		}
	case verb == "merge-index" && len(plain) > 0:
		e.run(Run{Argv: plain[:1]})
	case verb == "for-each-repo":
		e.run(Run{Argv: append([]value.Str{lit("git")}, plain...)})
	case verb == "credential":
		switch first(plain) {
		case "fill":
			e.effect(sallyport.EffectCredential, lit("git credentials"), "printed")
			e.sources = append(e.sources, End{Secret, lit("git credentials")})
		default:
			e.effect(sallyport.EffectCredential, lit("git credentials"), first(plain)+"d")
		}
	case verb == "send-email":
		server := opts["--smtp-server"]
		switch {
		case server.HasPrefix("/"):
			e.run(Run{Argv: []value.Str{server}})
		case server.Empty():
			e.effect(sallyport.EffectConnect, lit("mail server"), "git send-email")
		default:
			e.effect(sallyport.EffectConnect, server, "git send-email")
		}
		for _, p := range plain {
			e.effect(sallyport.EffectRead, p, "sent by mail")
		}
	case verb == "svn":
		e.effect(sallyport.EffectConnect, lit("svn remote of "+repo.String()), "git svn "+first(plain))
		e.effect(sallyport.EffectWrite, repo, "git svn "+first(plain))
	case verb == "mailinfo" && len(plain) > 1:
		for _, p := range plain {
			e.effect(sallyport.EffectWrite, p, "parts of the mail")
		}
		e.sources = append(e.sources, End{Kind: Stdin})
	case verb == "bisect" && first(plain) == "run" && len(plain) > 1:
		e.wrapped(plain[1:], Run{})
	case verb == "rebase" || verb == "filter-branch":
		for _, o := range []string{"-x", "--tree-filter", "--index-filter", "--msg-filter", "--env-filter", "--commit-filter", "--tag-name-filter", "--parent-filter", "--setup"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				e.run(Run{Script: &v, Lang: "sh"})
			}
		}
		e.effect(sallyport.EffectWrite, repo, "git "+verb)
	case verb == "help" || e.hasWord("--help"):
		e.sources = append(e.sources, End{System, lit("manual")})
	case verb == "grep":
		look()
	case verb == "diff" && e.hasWord("--no-index"):
		for _, p := range plain {
			e.input(p)
		}
	case verb == "apply" || verb == "am":
		for _, p := range plain {
			e.effect(sallyport.EffectRead, p, "patch")
		}
		e.effect(sallyport.EffectWrite, repo, "git "+verb)
	case verb == "init":
		target := repo
		if len(plain) > 0 {
			target = within(dir, plain[0])
		}
		e.effect(sallyport.EffectCreate, target, "repository")
	case verb == "rm" || verb == "clean":
		if verb == "clean" {
			e.effect(sallyport.EffectDelete, repo, "files that git does not know")
			break
		}
		for _, p := range plain {
			e.effect(sallyport.EffectDelete, within(dir, p), "")
		}
	case oneOf(verb, "tag", "branch", "stash", "symbolic-ref", "reflog", "hash-object", "notes", "worktree", "sparse-checkout", "rerere") && !gitModifies(verb, plain, args):
		look()
	case gitLooks[verb] && !gitChanges[verb]:
		look()
		for _, p := range plain {
			if p.HasPrefix("/") && verb != "check-ignore" {
				e.may(sallyport.EffectRead, p, "")
			}
		}
	case gitChanges[verb]:
		e.effect(sallyport.EffectWrite, repo, "git "+verb)
		if (verb == "reset" || verb == "checkout" || verb == "restore") && e.hasWord("--hard", "--", ".") {
			e.may(sallyport.EffectDelete, lit("changes in "+repo.String()+" that were not committed"), "git "+verb)
		}
	case verb == "daemon" || verb == "instaweb":
		e.effect(sallyport.EffectListen, lit("9418"), "serves repositories")
	case verb == "upload-pack" || verb == "receive-pack" || verb == "upload-archive":
		e.effect(sallyport.EffectRead, repo, "served")
	case verb == "shell":
		if c, ok := opts["-c"]; ok {
			e.run(Run{Script: &c, Lang: "sh"})
		}
	default:
		if grammars().find("git").subs[verb] != nil {
			e.unknown("what git %s does is not modelled", verb)
		}
	}
}

// gitAlias is git alias: git config with a shorter name.
func gitAlias(e *eval) {
	if len(e.operands) < 2 {
		e.sources = append(e.sources, End{System, lit("settings of git")})
		return
	}
	name := value.Concat(lit("alias."), e.operands[0])
	e.run(Run{Argv: []value.Str{lit("git"), lit("config"), lit("--global"), name, e.operands[1]}})
	for _, o := range e.operands[2:] {
		e.unknown("operand %q of git alias is not understood", o)
	}
}

// yadmTool is yadm with the name of a tool that it runs on its own repository: git config, git-crypt or transcrypt.
func yadmTool(e *eval) {
	tool := []value.Str{lit(e.spec.name)}
	if e.spec.name == "gitconfig" {
		tool = []value.Str{lit("git"), lit("config"), lit("--file"), lit("~/.local/share/yadm/repo.git/config")}
	}
	e.run(Run{Argv: append(tool, e.operands...)})
}

// ghAlias is gh alias set: the second operand is words of gh, or a line for the shell.
func ghAlias(e *eval) {
	e.effect(sallyport.EffectWrite, lit("~/.config/"+e.name), "alias")
	if len(e.operands) < 2 {
		return
	}
	line := e.operands[1]
	if line.HasPrefix("!") {
		line, _ = line.Drop(1)
	} else if !e.has("-s") {
		return
	}
	e.run(Run{Script: &line, Lang: "sh", Where: Later, Certainty: sallyport.May})
}

// ghAPI is gh api and glab api: any request to the interface of the forge. A field makes it a POST, unless the method is given.
func ghAPI(e *eval) {
	api := lit("api." + map[string]string{"gh": "github.com", "glab": "gitlab.com"}[e.name])
	if v, ok := e.value("--hostname"); ok {
		api = v
	}
	e.effect(sallyport.EffectConnect, api, value.Join(e.operands, " ").String())
	e.sources = append(e.sources, End{Net, api})
	for _, o := range []string{"-F", "-f"} {
		for _, f := range e.values(o) { // a value of -F that begins with "@" is the contents of a file
			if _, v, ok := f.CutAny("="); ok && o == "-F" && v.HasPrefix("@") {
				file, _ := v.Drop(1)
				e.effect(sallyport.EffectRead, file, "sent")
				e.res.Flows = append(e.res.Flows, Flow{From: End{File, file}, To: End{Net, api}})
			}
		}
	}
	method, given := e.value("-X")
	changes := given && !method.Is("GET") && !method.Is("get") || !given && e.has("-F", "-f", "--input")
	if len(e.operands) > 0 && e.operands[0].Is("graphql") && !e.has("--input") { // one address for questions and changes
		changes = false
		for _, v := range append(e.values("-f"), e.values("-F")...) {
			changes = changes || v.Contains("mutation") || v.HasPrefix("query=") && !v.Known() || v.HasPrefix("query=@")
		}
	}
	if changes {
		e.effect(sallyport.EffectCloud, lit(e.name+" api "+value.Join(e.operands, " ").String()), method.String())
	}
}

// gitBulk is git bulk: one command of git in every repository below the directories that are its work spaces.
func gitBulk(e *eval) {
	switch {
	case e.has("--listall"):
		e.sources = append(e.sources, End{System, lit("settings of git")})
	case e.has("--addworkspace", "--removeworkspace", "--addcurrent", "--purge"):
		e.effect(sallyport.EffectWrite, lit("~/.gitconfig"), "work spaces of git bulk")
		for i, o := range e.operands { // --from stands behind the name and the directory
			if o.Is("--from") && i+1 < len(e.operands) {
				e.may(sallyport.EffectConnect, e.operands[i+1], "git clone")
				e.may(sallyport.EffectWrite, e.operands[max(i-1, 0)], "copies of repositories")
			} else if o.HasPrefix("-") {
				e.unknown("option %q of git bulk is not understood", o)
			}
		}
	case len(e.operands) > 0:
		e.run(Run{Argv: append([]value.Str{lit("git")}, e.operands...), Via: "git bulk"})
	}
}

// gitSed is git sed: sed -i on every file of the repository that has the text.
func gitSed(e *eval) {
	if len(e.operands) < 2 {
		return
	}
	const sep = "\x07" // the program takes a character that none of the parts has
	flags, rest := lit(""), e.operands[2:]
	if v, ok := e.value("-f"); ok {
		flags = v
	} else if len(rest) > 0 {
		flags, rest = rest[0], rest[1:]
	}
	if c, ok := flags.Const(); !ok || strings.Trim(c, "gGiIpmM0123456789") != "" { // what stands after "--" is a path, not flags
		flags = lit("")
		e.unknown("whether %q of git sed are flags is not known", c)
	}
	for _, o := range rest {
		e.effect(sallyport.EffectRead, o, "")
	}
	program := value.Concat(lit("s"+sep), e.operands[0], lit(sep), e.operands[1], lit(sep), flags)
	e.run(Run{Argv: []value.Str{lit("sed"), lit("-i"), program, lit(".")}})
}

// gitOption says what an option that may name a program or hooks leads to. o is its first name.
func (e *eval) gitOption(verb, o string, v value.Str) {
	switch {
	case o == "--template" && (verb == "clone" || verb == "init"):
		e.effect(sallyport.EffectRead, v, "hooks of git")
		e.unknown("the hooks in %q are not read", v)
	case o == "-u" && verb == "clone", o == "--upload-pack", o == "--receive-pack", o == "--exec" && oneOf(verb, "push", "archive", "send-pack", "fetch-pack"), o == "-x" && verb == "difftool", o == "-O" && verb == "grep":
		e.run(Run{Script: &v, Lang: "sh"})
		e.hint("runs-option", sallyport.High, "an option of git names a program that it runs")
	}
}

// gitModifies reports whether a verb that usually looks is given something to change.
func gitModifies(verb string, plain, args []value.Str) bool {
	for _, a := range args {
		if oneOf(a.String(), "-d", "-D", "-m", "-M", "-a", "-f", "--delete", "-s", "-w", "-c", "-C", "--force", "-F", "--move", "--copy", "-u", "--set-upstream-to") {
			return true
		}
		if oneOf(a.String(), "-l", "--list", "--points-at", "--contains", "--merged", "-r", "--sort", "--show-current", "-v", "-vv") {
			return false
		}
	}
	switch verb {
	case "stash", "notes", "worktree", "reflog", "sparse-checkout", "rerere":
		return !oneOf(first(plain), "list", "show", "") || verb == "stash" && len(plain) == 0
	case "symbolic-ref":
		return len(plain) > 1
	}
	return len(plain) > 0
}

// gitWords divides the arguments of a sub-command as its grammar does: what is no option, sub-sub-commands included, and the options by all their names.
func (e *eval) gitWords(args []value.Str) (plain []value.Str, opts map[string]value.Str) {
	opts = map[string]value.Str{}
	t := e.grammar
	if t == nil || t.spec.parent == nil {
		return args, opts
	}
	for s := t.spec; s.parent != nil && s.parent.parent != nil; s = s.parent {
		plain = append([]value.Str{lit(s.name)}, plain...)
	}
	if len(plain) > 0 { // aliases of a sub-sub-command count as it was written
		for _, a := range args {
			if c, ok := a.Const(); ok && t.spec.parent.subs[c] == t.spec {
				plain[len(plain)-1] = a
				break
			}
		}
	}
	for _, g := range t.given {
		opts[g.opt.name] = g.value
		for n, o := range t.spec.opts {
			if o == g.opt {
				opts[n] = g.value
			}
		}
	}
	return append(plain, t.operands...), opts
}

func (e *eval) gitConfig(args []value.Str, dir value.Str) {
	file := value.Path(dir, lit(".git/config"))
	if dir.Empty() {
		file = lit(".git/config")
	}
	var words []value.Str
	looks, unset := false, false
	for i := 0; i < len(args); i++ {
		c, _ := args[i].Const()
		switch {
		case c == "--global":
			file = lit("~/.gitconfig")
		case c == "--system":
			file = lit("/etc/gitconfig")
		case (c == "-f" || c == "--file" || c == "--blob") && i+1 < len(args):
			i++
			file = args[i]
		case (c == "--type" || c == "--default") && i+1 < len(args):
			i++
		case oneOf(c, "--get", "--get-all", "--get-regexp", "-l", "--list", "--get-urlmatch", "--show-origin", "--name-only", "--get-color", "--get-colorbool", "get", "list"):
			looks = true
		case oneOf(c, "--unset", "--unset-all", "--remove-section", "--rename-section", "-e", "--edit", "unset", "remove-section"):
			unset = true
		case c == "set", strings.HasPrefix(c, "-"):
		default:
			words = append(words, args[i])
		}
	}
	switch {
	case looks || len(words) < 2 && !unset:
		e.sources = append(e.sources, End{System, lit("settings of git")})
		if !file.Is(".git/config") && !file.Is("~/.gitconfig") {
			e.effect(sallyport.EffectRead, file, "")
		}
	default:
		e.effect(sallyport.EffectWrite, file, "git config "+value.Join(words, " ").String())
		if len(words) > 1 {
			e.gitSetting(words[0].String(), words[1], false)
		}
	}
}

// vcs is other version control, and the command lines of forges.
func vcs(e *eval) {
	plain, opts := e.words()
	verb, sub := first(plain), ""
	if len(plain) > 1 {
		sub = plain[1].String()
	}
	switch e.name {
	case "gh", "glab", "hub", "tea":
		switch {
		case verb == "api":
			e.effect(sallyport.EffectConnect, lit(e.name+" api"), value.Join(e.operands, " ").String())
			for _, o := range []string{"-X", "--method"} {
				if v, ok := opts[o]; ok && !v.Is("GET") {
					e.effect(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), v.String())
				}
			}
			if f, ok := opts["--input"]; ok && !f.Is("-") {
				e.effect(sallyport.EffectRead, f, "sent")
			}
			e.sources = append(e.sources, End{Net, lit(e.name + " api")})
		case verb == "auth" && sub == "token", verb == "auth" && sub == "status" && e.hasWord("-t", "--show-token"):
			e.effect(sallyport.EffectCredential, lit(e.name+" token"), "")
			e.sources = append(e.sources, End{Secret, lit(e.name + " token")})
		case verb == "secret" || verb == "ssh-key" || verb == "gpg-key" || verb == "variable":
			e.effect(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), "")
			if f, ok := opts["-f"]; ok {
				e.effect(sallyport.EffectRead, f, "sent")
			}
		case oneOf(sub, "list", "view", "status", "diff", "checks", "ls", "show", "download", "watch", "verify", "clone", "checkout") || oneOf(verb, "status", "version", "search", "browse", "completion", "help"):
			e.effect(sallyport.EffectConnect, lit(e.name+" api"), "")
			e.sources = append(e.sources, End{Net, lit(e.name + " api")})
			if oneOf(sub, "clone", "download", "checkout") && len(plain) > 2 {
				e.effect(sallyport.EffectWrite, plain[len(plain)-1].Base(), "")
			}
		case verb == "extension" || verb == "alias" || verb == "codespace" || verb == "cs":
			e.effect(sallyport.EffectInstall, lit(e.name+" "+value.Join(plain, " ").String()), "")
			e.unknown("what %s %s runs is not modelled", e.name, verb)
		default:
			e.effect(sallyport.EffectConnect, lit(e.name+" api"), "")
			e.effect(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), "")
		}
	case "svn", "hg", "cvs", "bzr", "darcs", "fossil", "p4", "svnadmin", "svnlook", "jj":
		for _, o := range []string{"--config", "--config-option"} {
			if v, ok := opts[o]; ok && (v.Contains("alias.") || v.Contains("hooks") || v.Contains("ui.") || v.Contains("!") || v.Contains("tunnel") || v.Contains("extensions")) {
				_, cmd, _ := e.optionTail(o).CutAny("=")
				if cmd.HasPrefix("!") {
					cmd, _ = cmd.Drop(1)
				}
				e.run(Run{Script: &cmd, Lang: "sh"})
				e.hint("runs-option", sallyport.High, "a setting of "+e.name+" runs a command")
			}
		}
		for _, p := range plain {
			if p.Contains("://") {
				e.effect(sallyport.EffectConnect, p, e.name)
			}
		}
		if oneOf(verb, "status", "st", "log", "diff", "info", "ls", "list", "cat", "blame", "branch", "branches", "tip", "heads", "id", "identify", "annotate", "youngest", "tree", "changed") {
			e.sources = append(e.sources, End{System, lit("repository")})
			break
		}
		target := lit(".")
		if n := len(plain); n > 2 {
			target = plain[n-1]
		}
		e.effect(sallyport.EffectWrite, target, e.name+" "+verb)
	default:
		e.coarse(sallyport.EffectWrite, "repository")
	}
}

// optionTail returns the whole text after the first occurrence of an option, with its "=".
func (e *eval) optionTail(name string) value.Str {
	for i, o := range e.operands {
		if o.HasPrefix(name + "=") {
			_, v, _ := o.CutAny("=")
			return v
		}
		if o.Is(name) && i+1 < len(e.operands) {
			return e.operands[i+1]
		}
	}
	return value.Str{}
}
