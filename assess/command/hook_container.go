package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() { hooks["container"] = container }

// dockerValues are the options of docker run, exec, create and build that take the next word.
var dockerValues = wordSet(`-a --attach --add-host --annotation --blkio-weight --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile -c --cpu-shares --cpu-period --cpu-quota --cpus --cpuset-cpus --cpuset-mems
	--device --device-cgroup-rule --dns --dns-option --dns-search --domainname --entrypoint -e --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries --health-timeout
	-h --hostname --ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --log-driver --log-opt --mac-address -m --memory --memory-reservation --memory-swap --mount --name --net --network
	--network-alias --oom-score-adj --pid --pids-limit --platform -p --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit -u --user
	--userns --uts -v --volume --volume-driver --volumes-from -w --workdir -t -f --file --build-arg --target --cache-from --cache-to --output -o --secret --ssh --iidfile --progress --tag --format --filter -n --tail --since --until
	--detach-keys --env-from --pod --index --author --message --change --template --context -H --host --config --log-level -s --signal --time --type --builder --driver --tlscacert --tlscert --tlskey --authfile --creds --cert-dir --namespace --snapshotter --address --project-name --project-directory --profile --ansi --scale --storage-driver --root --runroot`)

func container(e *eval) {
	switch e.name {
	case "docker", "podman", "nerdctl", "buildah", "ctr", "crictl", "docker-compose", "podman-compose", "runc", "crun", "img", "kaniko":
		docker(e)
	case "skopeo", "dive", "trivy", "grype", "syft", "hadolint", "dockerd-rootless", "docker-credential-helper":
		for _, o := range e.operands {
			if o.Contains("://") {
				e.effect(sallyport.EffectConnect, o, e.name)
			}
		}
		if first(e.operands) == "copy" || first(e.operands) == "delete" || first(e.operands) == "sync" {
			e.effect(sallyport.EffectWrite, lit("container registry"), value.Join(e.operands, " ").String())
		}
		e.sources = append(e.sources, End{System, lit("containers")})
	case "lxc", "lxc-attach", "lxc-execute", "incus", "pct", "distrobox", "toolbox", "multipass", "limactl", "vagrant", "machinectl-run", "colima", "singularity", "apptainer", "qm", "proot-distro":
		machine(e)
	case "guestfish", "virt-edit", "virt-customize", "virt-builder", "virt-sysprep":
		for i, o := range e.operands {
			if oneOf(o.String(), "--run-command", "--firstboot-command", "--run", "--firstboot") && i+1 < len(e.operands) {
				r := Run{Where: Other, Principal: "the disk image"}
				if strings.HasSuffix(o.String(), "command") {
					r.Script, r.Lang = &e.operands[i+1], "sh"
				} else {
					r.File = &e.operands[i+1]
				}
				e.run(r)
			}
			if oneOf(o.String(), "-a", "--add") && i+1 < len(e.operands) {
				e.effect(sallyport.EffectWrite, e.operands[i+1], "disk image changed")
			}
		}
		if len(e.res.Effects) == 0 {
			e.coarse(sallyport.EffectWrite, "disk image")
		}
	case "virt-cat", "virt-ls", "virt-copy-out", "guestmount":
		e.effect(sallyport.EffectRead, lit("disk image"), value.Join(e.operands, " ").String())
		e.sources = append(e.sources, End{File, lit("disk image")})
	default:
		e.coarse(sallyport.EffectService, "virtual machines")
	}
}

// machine is tools that enter a machine or container by name.
func machine(e *eval) {
	plain, opts := e.words()
	verb, name := first(plain), value.Str{}
	if len(plain) > 1 {
		name = plain[1]
	}
	if strings.HasPrefix(e.name, "lxc-") {
		verb = "exec"
		if n, ok := opts["-n"]; ok {
			name = n
		} else if len(plain) > 0 {
			name = plain[0]
		}
	}
	switch verb {
	case "exec", "enter", "shell", "ssh", "run", "attach", "console", "guest", "terminal":
		r := Run{Where: Container, Principal: "machine " + name.String()}
		for i, o := range e.operands {
			if o.Is("--") && i+1 < len(e.operands) {
				r.Argv = e.operands[i+1:]
				e.run(r)
				return
			}
		}
		if c, ok := opts["-c"]; ok && !c.Empty() {
			r.Script, r.Lang = &c, "sh"
			e.run(r)
			return
		}
		if len(plain) > 2 {
			r.Argv = plain[2:]
			e.run(r)
			return
		}
		if verb == "run" || verb == "guest" {
			e.effect(sallyport.EffectExec, name, "container")
			return
		}
		e.shell(r)
	case "list", "ls", "info", "show", "status", "config", "version", "image", "images", "df", "pending", "help", "listsnapshot", "--version", "":
		if verb == "config" && e.hasWord("set", "device", "edit", "add") {
			e.effect(sallyport.EffectService, lit("container settings"), value.Join(plain, " ").String())
			if e.hasWord("security.privileged=true") || strings.Contains(value.Join(plain, " ").String(), "source=/") {
				e.effect(sallyport.EffectPrivilege, name, "the container can reach the machine itself")
				e.hint("privileged-container", sallyport.High, "the container is not kept apart from the machine")
			}
		}
		e.sources = append(e.sources, End{System, lit("containers")})
	default:
		if name.Empty() {
			name = lit("containers")
		}
		e.effect(sallyport.EffectService, name, strings.TrimSpace(e.name+" "+verb))
		if oneOf(verb, "destroy", "delete", "rm", "purge") {
			e.effect(sallyport.EffectIrreversible, name, verb)
		}
		if strings.Contains(value.Join(e.operands, " ").String(), "security.privileged=true") {
			e.effect(sallyport.EffectPrivilege, name, "the container can reach the machine itself")
			e.hint("privileged-container", sallyport.High, "the container is not kept apart from the machine")
		}
	}
}

// dockerGrammar evaluates a call whose options and sub-commands are all described: what the words mean is said by its grammar.
func dockerGrammar(e *eval) {
	g := e.grammar
	path := strings.Fields(g.spec.path)[1:]
	if strings.HasSuffix(e.name, "-compose") {
		path = append([]string{"compose"}, path...)
	}
	if g.spec.path == g.spec.name && len(g.operands) > 0 { // a sub-command that is not described: the grammar has said so
		return
	}
	opts := map[string][]value.Str{}
	for _, o := range g.given {
		for s := g.spec; s != nil; s = s.above() {
			for n, other := range s.opts {
				if other == o.opt {
					opts[n] = append(opts[n], o.value)
				}
			}
		}
	}
	for _, h := range append(opts["-H"], opts["--url"]...) {
		e.effect(sallyport.EffectConnect, h, "docker")
	}
	if len(path) > 1 && path[0] == "container" {
		path = path[1:]
	}
	if len(path) > 1 && path[0] == "image" && oneOf(path[1], "pull", "push", "build", "save", "load", "import", "tag", "history") {
		path = path[1:]
	}
	if len(path) > 0 {
		e.dockerVerb(strings.Join(path, " "), g.operands, opts)
	}
}

func docker(e *eval) {
	if e.grammar != nil && len(e.grammar.spec.subs)+len(strings.Fields(e.grammar.spec.path)) > 1 && oneOf(e.name, "docker", "podman", "nerdctl", "docker-compose", "podman-compose") {
		dockerGrammar(e)
		return
	}
	ops := e.operands
	i := 0
	for ; i < len(ops) && ops[i].HasPrefix("-"); i++ {
		c, _ := ops[i].Const()
		if oneOf(c, "-H", "--host") && i+1 < len(ops) {
			e.effect(sallyport.EffectConnect, ops[i+1], "docker")
		}
		if dockerValues[c] && i+1 < len(ops) {
			i++
		}
	}
	if i >= len(ops) {
		return
	}
	verb, _ := ops[i].Const()
	args := ops[i+1:]
	if oneOf(verb, "container", "image", "volume", "network", "system", "builder", "buildx", "compose", "context", "plugin", "pod", "machine", "images", "containers", "tasks", "t", "c", "secret", "stack", "swarm", "node", "service", "manifest", "trust") && len(args) > 0 && !(verb == "images" && e.name != "ctr") {
		for len(args) > 0 && args[0].HasPrefix("-") {
			c, _ := args[0].Const()
			if args = args[1:]; dockerValues[c] && len(args) > 0 {
				args = args[1:]
			}
		}
		if len(args) == 0 {
			return
		}
		sub, _ := args[0].Const()
		if verb == "container" || verb == "image" && oneOf(sub, "pull", "push", "build", "save", "load", "import") || verb == "compose" || oneOf(verb, "tasks", "t", "containers", "c", "images") && oneOf(sub, "exec", "run", "pull") {
			if verb == "compose" {
				sub = "compose " + sub
			}
			verb, args = sub, args[1:]
		} else {
			verb, args = verb+" "+sub, args[1:]
		}
	} else if strings.HasSuffix(e.name, "-compose") {
		verb = "compose " + verb
	}
	var words []value.Str // operands, and once the image or container is seen everything
	opts := map[string][]value.Str{}
	takesCommand := oneOf(verb, "run", "exec", "create", "compose run", "compose exec", "runp")
	for k := 0; k < len(args); k++ {
		a := args[k]
		if takesCommand && len(words) > 0 {
			words = append(words, args[k:]...)
			break
		}
		if !a.HasPrefix("-") || a.Is("-") {
			words = append(words, a)
			continue
		}
		name, v, eq := a.CutAny("=")
		c, _ := name.Const()
		e.undescribed(name)
		if strings.HasPrefix(c, "--") || len(c) == 2 {
			if !eq && dockerValues[c] && k+1 < len(args) && !(c == "-t" && takesCommand) {
				k++
				v = args[k]
			}
			opts[c] = append(opts[c], v)
			continue
		}
		for j := 1; j < len(c); j++ { // -itd, -v/:/host
			f := "-" + c[j:j+1]
			if dockerValues[f] && !(f == "-t" && takesCommand) {
				rest, _ := a.Drop(j + 1)
				if rest.Empty() && k+1 < len(args) {
					k++
					rest = args[k]
				}
				opts[f] = append(opts[f], rest)
				break
			}
			opts[f] = append(opts[f], value.Str{})
		}
	}
	e.dockerVerb(verb, words, opts)
}

func (e *eval) dockerVerb(verb string, words []value.Str, opts map[string][]value.Str) {
	name := value.Str{}
	if len(words) > 0 {
		name = words[0]
	}
	registry := func(image value.Str, detail string) {
		host := lit("docker.io")
		if h, _, ok := image.CutAny("/"); ok && (h.Contains(".") || h.Contains(":") || h.Is("localhost") || len(h.Holes()) > 0) {
			host = h
		}
		e.may(sallyport.EffectConnect, host, detail)
	}
	if opts["--dry-run"] != nil && strings.HasPrefix(verb, "compose ") {
		return
	}
	e.mounts(opts, name)
	switch verb {
	case "run", "create", "compose run", "runp":
		e.effect(sallyport.EffectExec, name, "container")
		if !strings.HasPrefix(verb, "compose") {
			registry(name, "image "+name.String())
		}
		for _, p := range append(opts["-p"], opts["--publish"]...) {
			e.effect(sallyport.EffectListen, p, "published by a container")
		}
		for _, f := range opts["--env-file"] {
			e.effect(sallyport.EffectRead, f, "environment of the container")
		}
		r := Run{Where: Container, Principal: "container " + name.String()}
		var command []value.Str
		for _, ep := range opts["--entrypoint"] {
			if !ep.Empty() {
				command = []value.Str{ep}
			}
		}
		if len(words) > 1 {
			command = append(command, words[1:]...)
		}
		if len(command) > 0 {
			r.Argv = command
			e.run(r)
		} else {
			e.unknown("what the image %q runs is not known", name)
		}
		e.sources = append(e.sources, End{System, lit("container")})
	case "exec", "compose exec":
		r := Run{Where: Container, Principal: "container " + name.String()}
		if len(words) > 1 {
			r.Argv = words[1:]
			e.run(r)
		} else if len(words) == 1 {
			e.shell(r)
		}
	case "cp", "compose cp":
		if len(words) == 2 {
			for k, w := range words {
				_, _, inside := remotePath(w)
				switch {
				case inside:
				case w.Is("-"):
					if k == 0 {
						e.sources = append(e.sources, End{Kind: Stdin})
					}
				case k == 0:
					e.effect(sallyport.EffectRead, w, "copied into a container")
				default:
					h, p, _ := remotePath(words[0])
					target := w
					if e.isDir(w) {
						target = value.Path(w, p.Base())
					}
					e.effect(sallyport.EffectWrite, target, "copied from container "+h.String())
				}
			}
		}
	case "pull", "compose pull", "image pull":
		for _, w := range words {
			if verb != "compose pull" {
				registry(w, "image")
			}
			e.effect(sallyport.EffectCreate, value.Concat(lit("image "), w), "fetched")
		}
		if verb == "compose pull" {
			e.may(sallyport.EffectConnect, lit("docker.io"), "images of the project")
		}
	case "load", "import", "image load":
		for _, w := range words {
			e.input(w)
			break
		}
		for _, f := range append(opts["-i"], opts["--input"]...) {
			e.effect(sallyport.EffectRead, f, "image")
		}
		e.effect(sallyport.EffectCreate, lit("container image"), verb)
	case "push", "compose push", "manifest push", "plugin push", "artifact push":
		for _, w := range words {
			registry(w, "sends an image")
		}
		e.effect(sallyport.EffectCloud, lit("container registry"), "image sent")
	case "login", "logout":
		e.effect(sallyport.EffectConnect, name, verb)
		e.effect(sallyport.EffectWrite, lit("~/.docker/config.json"), "access to a registry")
	case "build", "bud", "buildx build", "compose build", "builder build", "image build", "bake", "buildx bake", "farm build":
		dir := name
		for _, f := range append(opts["-f"], opts["--file"]...) {
			e.effect(sallyport.EffectRead, f, "")
		}
		if !dir.Empty() && !strings.HasSuffix(verb, "bake") && verb != "compose build" {
			e.effect(sallyport.EffectRead, dir, "build context")
		}
		e.effect(sallyport.EffectExec, lit("image build"), "")
		e.unknown("what the image build runs is said in a file that is not read")
	case "start", "unpause", "compose start", "compose unpause", "pod start", "pod unpause", "machine start", "init":
		e.each(sallyport.EffectService, words, "containers", "start "+verb)
	case "stop", "restart", "kill", "pause", "stopp", "compose stop", "compose restart", "compose kill", "compose pause", "pod stop", "pod restart", "pod kill", "pod pause", "machine stop", "buildx stop", "tasks kill", "container cleanup", "cleanup":
		e.each(sallyport.EffectService, words, "containers", e.name+" "+verb)
	case "compose down":
		e.each(sallyport.EffectService, words, "containers", e.name+" "+verb)
		e.effect(sallyport.EffectDelete, lit("containers of the project"), "removed")
		if opts["-v"] != nil || opts["--volumes"] != nil {
			e.effect(sallyport.EffectIrreversible, lit("container volumes"), e.name+" "+verb)
		}
	case "compose up", "compose create", "compose scale", "compose watch", "compose publish", "stack deploy", "kube play", "play kube", "kube apply":
		for _, f := range append(append(opts["-f"], opts["--file"]...), append(opts["-c"], opts["--compose-file"]...)...) {
			e.effect(sallyport.EffectRead, f, "")
		}
		if strings.HasSuffix(verb, "play") || verb == "play kube" || verb == "kube apply" {
			for _, w := range words {
				e.effect(sallyport.EffectRead, w, "manifest")
			}
		}
		e.effect(sallyport.EffectService, lit("containers"), e.name+" "+verb)
		e.unknown("what the file that describes the containers runs is not read")
	case "tag", "untag", "image untag", "commit", "rename", "update", "network create", "volume create", "pod create", "secret create", "config create", "context create", "context import", "context update", "manifest create", "manifest add", "manifest annotate", "manifest remove", "buildx create", "buildx imagetools create", "checkpoint create", "plugin create", "pod clone", "clone", "artifact add", "farm create", "farm update", "volume import", "network connect", "network disconnect", "network update", "volume update", "buildx history import", "compose commit", "machine init", "machine set", "context use", "buildx use", "system connection add", "system connection default", "system connection rename", "system connection remove", "farm remove", "image sign", "generate systemd", "generate kube", "kube generate", "generate spec":
		e.dockerMakes(verb, words, opts)
	case "rm", "rmi", "image rm", "compose rm", "network rm", "pod rm", "secret rm", "config rm", "context rm", "manifest rm", "buildx rm", "checkpoint rm", "plugin rm", "artifact rm", "buildx history rm", "rmp", "delete", "images rm", "tasks delete", "tasks rm", "compose volumes rm", "kube down":
		force := opts["-f"] != nil || opts["--force"] != nil
		if force && oneOf(verb, "rm", "compose rm", "pod rm") {
			e.each(sallyport.EffectService, words, "containers", e.name+" "+verb+" --force")
		}
		e.each(sallyport.EffectDelete, words, "containers, images or what belongs to them", verb)
		if opts["-v"] != nil || opts["--volumes"] != nil {
			e.effect(sallyport.EffectIrreversible, lit("container volumes"), e.name+" "+verb)
		}
		if verb == "plugin rm" || verb == "secret rm" {
			e.each(sallyport.EffectIrreversible, words, "containers", verb)
		}
	case "volume rm", "volume prune", "system reset", "machine reset", "machine rm":
		if len(words) == 0 || verb == "volume prune" {
			words = []value.Str{lit("container volumes")}
		}
		e.each(sallyport.EffectIrreversible, words, "container volumes", e.name+" "+verb)
	case "image prune", "container prune", "prune", "network prune", "builder prune", "buildx prune", "system prune", "pod prune", "system migrate", "system renumber":
		what := strings.TrimSuffix(strings.TrimSuffix(verb, "prune"), " ")
		e.effect(sallyport.EffectDelete, lit(strings.TrimSpace("what is unused: "+what)), "removed")
		if opts["--volumes"] != nil {
			e.effect(sallyport.EffectIrreversible, lit("container volumes"), e.name+" "+verb)
		}
	case "swarm init", "swarm join", "swarm leave", "swarm update", "swarm ca", "swarm unlock", "stack rm", "service create", "service update", "service rm", "service scale", "service rollback", "node update", "node rm", "node promote", "node demote", "system service", "plugin enable", "plugin disable", "plugin set", "plugin upgrade", "container checkpoint", "checkpoint", "container restore", "restore", "auto-update", "volume reload", "network reload", "machine os apply":
		e.each(sallyport.EffectService, words, "containers", e.name+" "+verb)
		if verb == "service create" || verb == "service update" {
			e.unknown("what the service runs is not followed")
		}
		if verb == "system service" {
			e.effect(sallyport.EffectListen, lit("container engine"), "whoever connects can start containers")
		}
	case "plugin install":
		e.each(sallyport.EffectInstall, words, "plug-in", "plug-in of the container engine")
	case "swarm join-token", "swarm unlock-key", "context export":
		e.effect(sallyport.EffectCredential, lit("container cluster"), verb)
		e.sources = append(e.sources, End{Secret, lit("container cluster")})
		if verb == "context export" && len(words) > 1 {
			e.effect(sallyport.EffectWrite, words[1], "access to an engine")
		}
	case "machine ssh":
		r := Run{Where: Other, Principal: "the machine of the container engine"}
		if len(words) > 1 {
			line := value.Join(words[1:], " ")
			r.Script, r.Lang = &line, "sh"
			e.run(r)
		} else {
			e.shell(r)
		}
	case "save", "export", "compose export", "volume export", "buildx history export", "kube save", "image save":
		for _, o := range append(opts["-o"], opts["--output"]...) {
			e.effect(sallyport.EffectWrite, o, verb)
		}
		e.sources = append(e.sources, End{System, lit("container " + name.String())})
	case "attach", "compose attach":
		e.effect(sallyport.EffectRemoteExec, value.Concat(lit("container "), name), "attach")
		e.unknown("what is typed into the container is not known")
	case "buildx debug", "debug", "buildx debug build", "buildx dap", "buildx dap build", "runlabel", "system dial-stdio", "buildx dial-stdio", "buildx policy test", "healthcheck run", "compose alpha dry-run", "compose bridge convert":
		e.unknown("what %s %s runs is not modelled", e.name, verb)
	case "scout help", "scout cache df", "scout compare", "scout config", "scout cves", "scout environment", "scout policy", "scout quickview", "scout qv", "scout recommendations", "scout repo list", "scout sbom", "scout stream", "scout version", "scout vex get", "scout attestation get", "scout attestation list", "scout integration list", "scout", "scout watch":
		e.effect(sallyport.EffectConnect, lit("docker scout"), "analysis of images")
		e.sources = append(e.sources, End{Net, lit("docker scout")})
	case "scout cache prune":
		e.effect(sallyport.EffectDelete, lit("cache of docker scout"), "")
	case "scout enroll", "scout push", "scout repo enable", "scout repo disable", "scout attestation add", "scout integration configure", "scout integration delete":
		e.effect(sallyport.EffectCloud, lit("docker scout"), verb)
	case "mount", "umount", "image mount", "image unmount", "volume mount", "volume unmount":
		e.effect(sallyport.EffectMount, name, "container")
	case "ps", "images", "logs", "inspect", "info", "version", "top", "stats", "port", "diff", "history", "events", "search", "ls", "list", "compose ps", "compose logs", "compose config", "compose top", "compose images", "compose ls", "compose version", "compose port", "compose events", "compose convert",
		"network ls", "network inspect", "volume ls", "volume inspect", "system df", "system info", "system events", "image ls", "image inspect", "image history", "image list", "context ls", "context show", "context inspect", "buildx ls", "buildx inspect", "buildx version", "node ls", "service ls", "service ps", "service logs", "service inspect", "stack ls", "stack ps", "stack services", "secret ls", "plugin ls", "pod ps", "pod inspect", "pods", "healthcheck", "manifest inspect", "machine ls", "help", "tasks ls", "images ls", "containers ls", "containers list", "tasks list", "images list", "namespace", "ns", "state", "network list", "volume list", "inspecti", "inspectp", "buildx du", "buildx history", "buildx history inspect", "buildx history inspect attachment", "buildx history logs", "buildx history ls", "buildx history open", "buildx history trace", "buildx imagetools inspect", "buildx policy eval", "buildx policy json-schema", "config inspect", "config ls", "secret inspect", "node inspect", "node ps", "plugin inspect", "checkpoint ls", "compose volumes", "compose stats", "compose wait", "compose viz", "compose alpha viz", "compose alpha generate", "compose bridge", "compose bridge transformations list", "image tree", "image diff", "image trust", "image trust show", "container exists", "container inspect", "pod exists", "pod logs", "pod stats", "pod top", "network exists", "volume exists", "volume history", "secret exists", "manifest exists", "machine info", "machine inspect", "machine list", "system check", "system connection list", "system locks", "system features", "farm list", "artifact inspect", "artifact ls", "context", "buildx", "compose", "completion", "container", "image", "network", "volume", "system", "builder", "swarm", "stack", "service", "node", "secret", "plugin", "trust", "trust inspect", "manifest", "machine", "pod", "kube", "generate", "stack config", "container ls", "statsp", "imagefsinfo", "config", "--version", "unshare", "image exists", "exists":
		e.sources = append(e.sources, End{System, lit("containers")})
		if verb == "unshare" {
			e.wrapped(words, Run{})
		}
	default:
		e.unknown("operation %q of %s is not understood", verb, e.name)
	}
}

// each is one effect on every word, or on what goes without saying when there is none.
func (e *eval) each(kind sallyport.EffectKind, words []value.Str, without, detail string) {
	if len(words) == 0 {
		words = []value.Str{lit(without)}
	}
	for _, w := range words {
		e.effect(kind, w, detail)
	}
}

// dockerMakes says what operations do that make something, or change a setting, without stopping or starting anything.
func (e *eval) dockerMakes(verb string, words []value.Str, opts map[string][]value.Str) {
	last := lit("of a container")
	if len(words) > 0 {
		last = words[len(words)-1]
	}
	noun, action, _ := strings.Cut(verb, " ")
	switch {
	case oneOf(verb, "tag", "commit", "compose commit"):
		e.effect(sallyport.EffectCreate, value.Concat(lit("image "), last), verb)
	case oneOf(verb, "untag", "image untag"):
		e.effect(sallyport.EffectDelete, value.Concat(lit("name of image "), last), verb)
	case oneOf(verb, "context use", "buildx use"), strings.HasPrefix(verb, "system connection"), strings.HasPrefix(verb, "context "):
		e.effect(sallyport.EffectWrite, lit("~/.docker/config.json"), "which engine is used")
	case oneOf(verb, "generate systemd", "generate kube", "kube generate", "generate spec"):
		for _, f := range append(opts["-f"], opts["--filename"]...) {
			e.effect(sallyport.EffectWrite, f, "description of containers")
		}
		if opts["--files"] != nil {
			e.effect(sallyport.EffectWrite, lit("."), "units")
		}
		e.sources = append(e.sources, End{System, lit("containers")})
	case oneOf(verb, "rename", "update") || strings.HasPrefix(action, "connect") || strings.HasPrefix(action, "disconnect") || strings.HasPrefix(action, "update") || action == "set" || action == "remove" || action == "annotate" || action == "add" || action == "sign":
		e.effect(sallyport.EffectWrite, value.Concat(lit("settings "), last), verb)
	default: // network create, volume create, secret create, ...
		if oneOf(noun, "secret", "config", "plugin", "volume") && len(words) > 1 && !last.Is("-") {
			e.effect(sallyport.EffectRead, last, verb)
			last = words[0]
		}
		e.effect(sallyport.EffectCreate, value.Concat(lit(noun+" "), last), verb)
		for _, f := range append(opts["--ignition-path"], append(opts["--playbook"], opts["--buildkitd-config"]...)...) {
			e.effect(sallyport.EffectRead, f, "")
			e.unknown("what %q sets up is not read", f)
		}
	}
}

// mounts says which parts of the machine a container gets.
func (e *eval) mounts(opts map[string][]value.Str, name value.Str) {
	broken := func(what string) {
		e.effect(sallyport.EffectPrivilege, lit("container "+name.String()), what)
		e.hint("privileged-container", sallyport.High, "the container is not kept apart from the machine: "+what)
	}
	if v, ok := opts["--privileged"]; ok && !(len(v) > 0 && v[0].Is("false")) {
		broken("privileged")
	}
	for _, o := range []string{"--pid", "--ipc", "--userns", "--uts", "--net", "--network", "--cgroupns"} {
		for _, v := range opts[o] {
			if v.Is("host") {
				if o == "--net" || o == "--network" || o == "--uts" {
					e.effect(sallyport.EffectPrivilege, lit("container "+name.String()), "shares the machine's "+strings.TrimPrefix(o, "--"))
					continue
				}
				broken("shares the machine's " + strings.TrimPrefix(o, "--"))
			}
		}
	}
	for _, v := range opts["--cap-add"] {
		if oneOf(strings.TrimPrefix(strings.ToUpper(v.String()), "CAP_"), "ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "DAC_READ_SEARCH", "SYS_RAWIO", "DAC_OVERRIDE", "NET_ADMIN", "BPF") {
			broken("capability " + v.String())
		}
	}
	for _, v := range opts["--security-opt"] {
		if v.Contains("unconfined") || v.Contains("disable") {
			broken(v.String())
		}
	}
	for _, v := range opts["--device"] {
		d, _, _ := v.CutAny(":")
		e.effect(sallyport.EffectPrivilege, lit("container "+name.String()), "device "+d.String())
	}
	for _, v := range append(opts["-v"], opts["--volume"]...) {
		if src, dst, ok := v.CutAny(":"); ok && (src.HasPrefix("/") || src.HasPrefix("~") || src.HasPrefix(".") || len(src.Holes()) > 0) {
			e.bindMount(src, dst.HasSuffix(":ro"), name, broken)
		}
	}
	for _, v := range opts["--mount"] {
		src, bind, ro := value.Str{}, false, false
		for _, f := range v.Split(",") {
			k, val, _ := f.CutAny("=")
			switch k.String() {
			case "type":
				bind = val.Is("bind")
			case "source", "src":
				src = val
			case "readonly", "ro":
				ro = true
			}
		}
		if bind {
			e.bindMount(src, ro, name, broken)
		}
	}
}

func (e *eval) bindMount(src value.Str, readOnly bool, name value.Str, broken func(string)) {
	e.effect(sallyport.EffectMount, src, "given to container "+name.String())
	c, _ := src.Const()
	trimmed := strings.TrimRight(c, "/")
	switch {
	case c == "/", oneOf(trimmed, "/etc", "/root", "/var/run/docker.sock", "/run/docker.sock", "/proc", "/sys", "/dev", "/boot", "/var/lib/docker", "/var/lib/kubelet", "/home", "/usr", "/var", "/run", "/run/containerd/containerd.sock", "/var/run/crio/crio.sock", "/var/spool/cron", "/etc/cron.d", "/root/.ssh", "/lib/modules") && !(readOnly && oneOf(trimmed, "/lib/modules", "/sys", "/proc", "/dev", "/boot", "/usr")):
		broken("it gets " + c + " of the machine")
	}
}
