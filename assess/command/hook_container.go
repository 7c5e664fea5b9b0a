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
	case "qemu-img":
		plain, _ := e.words()
		switch first(plain) {
		case "info", "check", "map", "measure", "compare":
			for _, p := range plain[1:] {
				e.input(p)
			}
		default:
			if len(plain) > 1 {
				target := plain[len(plain)-1]
				for _, p := range plain[1:] {
					if p.Contains("/") || p.Contains(".") {
						target = p
						if first(plain) == "create" {
							break
						}
					}
				}
				e.effect(sallyport.EffectWrite, target, "qemu-img "+first(plain))
			}
		}
	case "virsh":
		plain, _ := e.words()
		if v := first(plain); strings.HasPrefix(v, "list") || strings.HasPrefix(v, "dom") && !strings.HasPrefix(v, "domrename") || strings.Contains(v, "-list") || strings.HasSuffix(v, "info") || strings.HasSuffix(v, "dumpxml") || lookingVerbs[v] {
			e.sources = append(e.sources, End{System, lit("virtual machines")})
			break
		}
		e.effect(sallyport.EffectService, lit("virtual machine"), "virsh "+value.Join(plain, " ").String())
		if oneOf(first(plain), "undefine", "vol-delete", "pool-delete", "vol-wipe") {
			e.effect(sallyport.EffectIrreversible, lit("virtual machine"), "virsh "+value.Join(plain, " ").String())
		}
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

func docker(e *eval) {
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
		e.familiar(name)
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
	case "pull", "compose pull", "image pull", "load", "import":
		for _, w := range words {
			if verb == "load" || verb == "import" {
				e.input(w)
			} else {
				registry(w, "image")
				e.effect(sallyport.EffectInstall, w, "image")
			}
		}
		for _, f := range append(opts["-i"], opts["--input"]...) {
			e.effect(sallyport.EffectRead, f, "image")
		}
	case "push", "compose push":
		for _, w := range words {
			registry(w, "sends an image")
		}
	case "login", "logout":
		e.effect(sallyport.EffectConnect, name, verb)
		e.effect(sallyport.EffectCredential, lit("container registry"), verb)
	case "build", "bud", "buildx build", "compose build", "builder build", "image build":
		dir := name
		for _, f := range append(opts["-f"], opts["--file"]...) {
			e.effect(sallyport.EffectRead, f, "")
		}
		if !dir.Empty() {
			e.effect(sallyport.EffectRead, dir, "build context")
		}
		e.effect(sallyport.EffectExec, lit("image build"), "")
		e.unknown("what the image build runs is said in a file that is not read")
	case "rm", "rmi", "kill", "stop", "restart", "start", "pause", "unpause", "rename", "update", "wait", "compose stop", "compose restart", "compose start", "compose kill", "compose rm", "compose down", "compose up", "compose create", "tag", "commit", "network create", "network rm", "network connect", "network disconnect", "volume create", "volume rm", "image rm", "image prune", "volume prune", "system prune", "container prune", "builder prune", "network prune", "buildx prune", "untag", "pod create", "pod rm", "pod start", "pod stop", "swarm init", "swarm join", "swarm leave", "stack deploy", "stack rm", "service create", "service update", "service rm", "service scale", "node update", "secret create", "context use", "context create", "plugin install", "system reset", "image tag", "prune", "image untag", "buildx create", "buildx use", "buildx rm", "machine start", "machine stop", "machine init", "stopp", "rmp", "delete", "images rm", "tasks kill", "tasks delete", "tasks rm":
		if len(words) == 0 {
			words = []value.Str{lit("containers")}
		}
		for _, w := range words {
			e.effect(sallyport.EffectService, w, e.name+" "+verb)
			if oneOf(verb, "volume rm") {
				e.effect(sallyport.EffectIrreversible, w, "volume deleted")
			}
		}
		if strings.HasSuffix(verb, "prune") && (verb != "system prune" || opts["--volumes"] != nil) && verb == "volume prune" || opts["--volumes"] != nil && strings.HasPrefix(verb, "system prune") || verb == "compose down" && (opts["-v"] != nil || opts["--volumes"] != nil) || verb == "system reset" {
			e.effect(sallyport.EffectIrreversible, lit("container volumes"), e.name+" "+verb)
		}
		if strings.HasPrefix(verb, "compose ") {
			for _, f := range append(opts["-f"], opts["--file"]...) {
				e.effect(sallyport.EffectRead, f, "")
			}
			if verb == "compose up" || verb == "compose create" || verb == "compose start" {
				e.unknown("what the compose file runs is not read")
			}
		}
		if verb == "stack deploy" || verb == "plugin install" {
			e.unknown("what %s %s starts is not read", e.name, verb)
		}
	case "save", "export":
		for _, o := range append(opts["-o"], opts["--output"]...) {
			e.effect(sallyport.EffectWrite, o, verb)
		}
		e.sources = append(e.sources, End{System, lit("container " + name.String())})
	case "mount", "umount":
		e.effect(sallyport.EffectMount, name, "container")
	case "system connection", "context export":
		e.coarse(sallyport.EffectService, "containers")
	case "ps", "images", "logs", "inspect", "info", "version", "top", "stats", "port", "diff", "history", "events", "search", "ls", "list", "compose ps", "compose logs", "compose config", "compose top", "compose images", "compose ls", "compose version", "compose port", "compose events", "compose convert",
		"network ls", "network inspect", "volume ls", "volume inspect", "system df", "system info", "system events", "image ls", "image inspect", "image history", "image list", "context ls", "context show", "context inspect", "buildx ls", "buildx inspect", "buildx version", "node ls", "service ls", "service ps", "service logs", "service inspect", "stack ls", "stack ps", "stack services", "swarm join-token", "secret ls", "plugin ls", "pod ps", "pod inspect", "pods", "healthcheck", "manifest inspect", "machine ls", "help", "tasks ls", "images ls", "containers ls", "containers list", "tasks list", "images list", "namespace", "ns", "attach", "state", "network list", "volume list", "inspecti", "inspectp", "statsp", "imagefsinfo", "config", "--version", "unshare", "image exists", "exists":
		e.sources = append(e.sources, End{System, lit("containers")})
		if verb == "unshare" {
			e.wrapped(words, Run{})
		}
	default:
		e.unknown("operation %q of %s is not understood", verb, e.name)
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
