package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["kubectl"] = kubectl
	hooks["kubeTool"] = kubeTool
}

// kubeValues are options of kubectl and oc that take the next word.
var kubeValues = wordSet(`--output-directory -n --namespace --context --cluster --user --kubeconfig -s --server --token --as --as-group --as-uid --certificate-authority --client-certificate --client-key --request-timeout --tls-server-name
	--cache-dir --profile --profile-output --log-file -o --output -l --selector --field-selector -f --filename -k --kustomize -c --container --tail --since --since-time --timeout --grace-period --cascade --type -p --patch --patch-file
	--image --port --replicas --env -e --overrides --restart --labels --limits --requests --target-port --name --protocol --from-literal --from-file --from-env-file --docker-server --docker-username --docker-password --docker-email
	--cert --key --clusterrole --role --serviceaccount --group --verb --resource --resource-name --address --pod-running-timeout --sort-by --template --field-manager --revision --to-revision
	--min --max --cpu-percent --schedule --class --rule --default-backend --annotation --hard --scopes --value --description --duration --audience --bound-object-kind --bound-object-name --max-log-requests --chunk-size --raw --subresource --for --image-pull-policy --retries --pod-selector --target --copy-to --set-image --arguments --custom --user --password --username --loglevel --v -v --strategy --source --param --param-file --from`)

// kubeTypes gives each resource its short, singular name as people write it in targets.
var kubeTypes = map[string]string{}

func init() {
	for _, l := range []string{"pod pods po", "deployment deployments deploy deployment.apps deployments.apps", "service services svc", "secret secrets", "configmap configmaps cm", "namespace namespaces ns project projects", "node nodes no", "pv persistentvolume persistentvolumes",
		"pvc persistentvolumeclaim persistentvolumeclaims", "daemonset daemonsets ds", "statefulset statefulsets sts", "replicaset replicasets rs", "job jobs", "cronjob cronjobs cj", "ingress ingresses ing", "serviceaccount serviceaccounts sa",
		"role roles", "rolebinding rolebindings", "clusterrole clusterroles", "clusterrolebinding clusterrolebindings", "crd crds customresourcedefinition customresourcedefinitions", "networkpolicy networkpolicies netpol", "storageclass storageclasses sc",
		"endpoints ep", "event events ev", "hpa horizontalpodautoscaler horizontalpodautoscalers", "pdb poddisruptionbudget poddisruptionbudgets", "csr certificatesigningrequest certificatesigningrequests", "validatingwebhookconfiguration validatingwebhookconfigurations", "mutatingwebhookconfiguration mutatingwebhookconfigurations"} {
		w := strings.Fields(l)
		for _, alias := range w {
			kubeTypes[alias] = w[0]
		}
	}
}

func kubeType(s string) string {
	if t, ok := kubeTypes[strings.ToLower(s)]; ok {
		return t
	}
	return s
}

// kubeAdminTypes are resources whose change gives or takes access.
var kubeAdminTypes = wordSet(`role rolebinding clusterrole clusterrolebinding serviceaccount csr validatingwebhookconfiguration mutatingwebhookconfiguration networkpolicy`)

// kubeTargets turns "type name...", "type/name..." and "type,type" into targets.
func kubeTargets(words []value.Str, all bool) []value.Str {
	var out []value.Str
	if len(words) == 0 {
		return nil
	}
	if words[0].Contains("/") && !words[0].HasPrefix("/") {
		for _, w := range words {
			t, n, _ := w.CutAny("/")
			out = append(out, value.Concat(lit(kubeType(t.String())+"/"), n))
		}
		return out
	}
	for _, t := range words[0].Split(",") {
		typ := kubeType(t.String())
		if len(words) == 1 {
			out = append(out, lit(typ+"/*"))
		}
		for _, n := range words[1:] {
			out = append(out, value.Concat(lit(typ+"/"), n))
		}
	}
	_ = all
	return out
}

func kubectl(e *eval) {
	var words []value.Str
	opts := map[string][]value.Str{}
	var command []value.Str
	hasCommand := false
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		if o.Is("--") {
			command, hasCommand = e.operands[i+1:], true
			break
		}
		if !o.HasPrefix("-") || o.Is("-") {
			words = append(words, o)
			continue
		}
		name, v, eq := o.CutAny("=")
		c, known := name.Const()
		if !known {
			e.unknown("option %q of %s is not known", o, e.name)
			continue
		}
		if !strings.HasPrefix(c, "--") && len(c) > 2 && !eq {
			for j := 1; j < len(c); j++ {
				f := "-" + c[j:j+1]
				if kubeValues[f] {
					rest, _ := o.Drop(j + 1)
					if rest.Empty() && i+1 < len(e.operands) {
						i++
						rest = e.operands[i]
					}
					opts[f] = append(opts[f], rest)
					break
				}
				opts[f] = append(opts[f], value.Str{})
			}
			continue
		}
		e.undescribed(name)
		if !eq && kubeValues[c] && i+1 < len(e.operands) {
			i++
			v = e.operands[i]
		}
		opts[c] = append(opts[c], v)
	}
	for _, s := range append(opts["-s"], opts["--server"]...) {
		e.effect(sallyport.EffectConnect, s, "cluster")
	}
	for _, k := range opts["--kubeconfig"] {
		e.effect(sallyport.EffectCredential, k, "used to sign in")
	}
	if len(words) == 0 {
		return
	}
	verb, known := words[0].Const()
	rest := words[1:]
	if !known {
		e.unknown("what %s is told to do is not known: %q", e.name, words[0])
		return
	}
	if verb == "adm" && len(rest) > 0 {
		verb, _ = rest[0].Const()
		rest = rest[1:]
		if verb == "policy" && len(rest) > 0 {
			e.effect(sallyport.EffectKubernetes, value.Join(rest, " "), "access")
			e.effect(sallyport.EffectAccount, lit("cluster access"), value.Join(rest, " ").String())
			return
		}
	}
	dry := false
	for _, d := range opts["--dry-run"] {
		dry = dry || !d.Is("none")
	}
	files := append(append(append([]value.Str{}, opts["-f"]...), opts["--filename"]...), append(opts["-k"], opts["--kustomize"]...)...)
	change := func(t value.Str, detail string) {
		if dry {
			return
		}
		e.effect(sallyport.EffectKubernetes, t, detail)
		typ, _, _ := strings.Cut(t.String(), "/")
		if kubeAdminTypes[typ] {
			e.effect(sallyport.EffectAccount, lit("cluster access "+t.String()), detail)
		}
	}
	manifests := func(detail string) {
		for _, f := range files {
			switch {
			case f.Is("-"):
				e.sources = append(e.sources, End{Kind: Stdin})
				e.run(Run{Stdin: true, Lang: "kubernetes"})
				change(lit("objects in the input"), detail)
			case f.Contains("://"):
				e.effect(sallyport.EffectConnect, f, "manifest")
				change(value.Concat(lit("objects in "), f), detail)
				if detail != "delete" {
					e.unknown("the manifest %q is not read", f)
				}
			default:
				e.effect(sallyport.EffectRead, f, "manifest")
				change(value.Concat(lit("objects in "), f), detail)
				if !dry && detail != "delete" {
					r := Run{File: &f, Lang: "kubernetes"}
					e.run(r)
				}
			}
		}
	}
	switch verb {
	case "get", "describe":
		e.sources = append(e.sources, End{System, lit("cluster")})
		for _, raw := range opts["--raw"] {
			if raw.Contains("secrets") {
				e.kubeSecrets("secrets")
			}
		}
		for _, t := range rest {
			head, _, _ := t.CutAny("/")
			for _, one := range head.Split(",") {
				if kubeType(one.String()) == "secret" && verb == "get" && (len(opts["-o"])+len(opts["--output"])+len(opts["--template"]) > 0) && !kubePlain(opts) {
					e.kubeSecrets("secrets")
				}
			}
			if len(rest) > 0 && !t.Contains("/") {
				break
			}
		}
		for _, f := range files {
			e.input(f)
		}
	case "delete":
		manifests("delete")
		if len(rest) > 0 {
			for _, t := range kubeTargets(rest, len(opts["--all"]) > 0) {
				change(t, "delete")
				typ, name, _ := strings.Cut(t.String(), "/")
				if !dry && (oneOf(typ, "pv", "pvc", "namespace", "crd", "node", "statefulset", "secret") || name == "*") {
					e.effect(sallyport.EffectIrreversible, t, "delete")
				}
			}
		}
	case "apply", "create", "replace", "patch", "label", "annotate", "scale", "autoscale", "set", "expose", "edit", "taint", "rollout", "run", "cordon", "uncordon", "drain", "process", "new-app", "new-project", "start-build", "import-image", "tag", "extract", "idle", "policy", "secrets", "upgrade", "release", "migrate", "prune", "rsh", "debug", "exec", "cp", "rsync", "attach":
		e.kubeChange(verb, rest, opts, files, command, hasCommand, dry, change, manifests)
	case "logs", "log":
		e.sources = append(e.sources, End{Secret, lit("k8s:logs")})
	case "port-forward", "proxy":
		port := lit("8001")
		for _, p := range opts["--port"] {
			port = p
		}
		if verb == "port-forward" && len(rest) > 1 {
			port, _, _ = rest[1].CutAny(":")
		}
		address := lit("localhost") // unless told otherwise, both listen there alone
		for _, a := range opts["--address"] {
			address = a
		}
		port = hostPort(address, port)
		e.effect(sallyport.EffectListen, port, "leads into the cluster")
	case "config":
		switch first(rest) {
		case "view":
			if len(opts["--raw"]) > 0 {
				e.effect(sallyport.EffectCredential, lit("kubeconfig"), "shown with its secrets")
				e.sources = append(e.sources, End{Secret, lit("kubeconfig")})
				break
			}
			e.sources = append(e.sources, End{System, lit("cluster")})
		case "get-contexts", "current-context", "get-clusters", "get-users":
			e.sources = append(e.sources, End{System, lit("cluster")})
		default:
			e.effect(sallyport.EffectWrite, lit("~/.kube/config"), value.Join(rest, " ").String())
		}
	case "login", "logout", "project":
		for _, r := range rest {
			if r.Contains("://") || verb == "login" {
				e.effect(sallyport.EffectConnect, r, "cluster")
			}
		}
		e.effect(sallyport.EffectWrite, lit("~/.kube/config"), verb)
	case "certificate":
		change(value.Join(rest, " "), "certificate")
		e.effect(sallyport.EffectAccount, lit("cluster access"), value.Join(rest, " ").String())
	case "auth":
		if first(rest) == "reconcile" {
			manifests("access reconciled")
			break
		}
		e.sources = append(e.sources, End{System, lit("cluster")})
	case "token":
		e.kubeSecrets("tokens")
	case "plugin":
		e.sources = append(e.sources, End{System, lit("cluster")})
	case "diff", "explain", "api-resources", "api-versions", "cluster-info", "version", "top", "events", "wait", "completion", "kustomize", "options", "help", "whoami", "status", "projects", "inspect", "must-gather", "node-logs", "must-gather-x":
		for _, f := range files {
			e.input(f)
		}
		for _, o := range []string{"--dest-dir", "--output-directory"} {
			for _, d := range opts[o] {
				e.effect(sallyport.EffectWrite, d, "")
			}
		}
		if verb == "whoami" && (len(opts["-t"]) > 0 || len(opts["--show-token"]) > 0) {
			e.kubeSecrets("tokens")
			break
		}
		e.sources = append(e.sources, End{System, lit("cluster")})
	default:
		e.unknown("operation %q of %s is not understood", verb, e.name)
	}
}

// kubePlain reports whether the output format shows no contents: names, wide.
func kubePlain(opts map[string][]value.Str) bool {
	for _, o := range append(opts["-o"], opts["--output"]...) {
		if o.Is("name") || o.Is("wide") {
			return true
		}
	}
	return false
}

func (e *eval) kubeSecrets(what string) {
	e.effect(sallyport.EffectCredential, lit("k8s:"+what), "read")
	e.sources = append(e.sources, End{Secret, lit("k8s:" + what)})
}

func (e *eval) kubeChange(verb string, rest []value.Str, opts map[string][]value.Str, files, command []value.Str, hasCommand, dry bool, change func(value.Str, string), manifests func(string)) {
	pod := value.Str{}
	if len(rest) > 0 {
		pod = rest[0].TrimPrefix("pod/").TrimPrefix("pods/")
	}
	inside := Run{Where: Container, Principal: "pod " + pod.String()}
	enter := func() {
		if !hasCommand && len(rest) > 1 {
			command = rest[1:]
		}
		if len(command) > 0 {
			inside.Argv = command
			e.run(inside)
		} else {
			e.shell(inside)
		}
	}
	switch verb {
	case "exec", "rsh":
		e.effect(sallyport.EffectRemoteExec, value.Concat(lit("pod "), pod), "")
		enter()
		e.res.Flows = append(e.res.Flows, Flow{From: End{Kind: Stdin}, To: End{Net, lit("pod " + pod.String())}})
	case "debug":
		change(lit(pod.String()), "debug container")
		if strings.HasPrefix(pod.String(), "node/") {
			e.effect(sallyport.EffectPrivilege, pod, "a container with the node's file system")
			e.hint("privileged-container", sallyport.High, "opens a container that can reach the whole node")
		}
		enter()
	case "attach":
		e.effect(sallyport.EffectRemoteExec, value.Concat(lit("pod "), pod), "attach")
		e.unknown("what is typed into the container is not known")
	case "run":
		change(value.Concat(lit("pod/"), pod), "run")
		e.effect(sallyport.EffectExec, value.Concat(lit("pod/"), pod), "container")
		for _, o := range opts["--overrides"] {
			if c := o.String(); strings.Contains(c, "privileged") || strings.Contains(c, "hostPath") || strings.Contains(c, "hostPID") || strings.Contains(c, "hostNetwork") || strings.Contains(c, "nodeName") {
				e.effect(sallyport.EffectPrivilege, value.Concat(lit("pod/"), pod), "reaches the node")
				e.hint("privileged-container", sallyport.High, "the container is not kept apart from the node")
			}
		}
		if _, ok := opts["--privileged"]; ok {
			e.effect(sallyport.EffectPrivilege, value.Concat(lit("pod/"), pod), "privileged")
			e.hint("privileged-container", sallyport.High, "the container is not kept apart from the node")
		}
		if len(command) > 0 && !dry {
			inside.Argv = command
			e.run(inside)
		}
	case "cp", "rsync":
		for i, w := range rest[:min(2, len(rest))] {
			h, p, in := w.CutAny(":")
			switch {
			case in && !h.HasPrefix("/") && !h.HasPrefix("."):
				e.effect(sallyport.EffectRemoteExec, value.Concat(lit("pod "), h), "copies "+p.String())
			case i == 0:
				e.effect(sallyport.EffectRead, w, "copied into a pod")
			default:
				e.effect(sallyport.EffectWrite, w, "copied from a pod")
			}
		}
	case "drain", "cordon", "uncordon", "taint", "upgrade":
		words := rest
		if verb == "taint" && len(rest) > 1 {
			words = rest[1:2]
		}
		for _, n := range words {
			change(value.Concat(lit("node/"), n), verb)
		}
	case "apply", "replace", "process", "prune", "migrate", "release":
		if verb == "apply" && len(rest) > 0 {
			manifests(rest[0].String())
			break
		}
		manifests(verb)
		if verb == "process" {
			e.sources = append(e.sources, End{System, lit("cluster")})
		}
	case "create":
		manifests("create")
		if len(rest) == 0 {
			break
		}
		typ := kubeType(rest[0].String())
		names := rest[1:]
		if typ == "secret" && len(names) > 1 {
			names = names[1:]
		}
		if typ == "token" {
			e.kubeSecrets("tokens")
			break
		}
		if len(names) == 0 {
			names = []value.Str{lit("*")}
		}
		change(value.Concat(lit(typ+"/"), names[0]), "create")
		for _, o := range []string{"--from-file", "--from-env-file", "--cert", "--key"} {
			for _, f := range opts[o] {
				if _, v, ok := f.CutAny("="); ok {
					f = v
				}
				e.effect(sallyport.EffectRead, f, "")
			}
		}
		for _, r := range append(opts["--clusterrole"], opts["--role"]...) {
			if r.Is("cluster-admin") {
				e.effect(sallyport.EffectPrivilege, lit("cluster-admin"), value.Join(append(append(opts["--serviceaccount"], opts["--user"]...), opts["--group"]...), " ").String())
				e.hint("cluster-admin", sallyport.High, "gives full power over the cluster")
			}
		}
		e.sources = append(e.sources, End{System, lit("cluster")})
	case "rollout":
		action := first(rest)
		if oneOf(action, "status", "history") {
			e.sources = append(e.sources, End{System, lit("cluster")})
			break
		}
		for _, t := range kubeTargets(rest[min(1, len(rest)):], false) {
			change(t, "rollout "+action)
		}
	case "set":
		for _, t := range kubeTargets(rest[min(1, len(rest)):min(2, len(rest))], false) {
			change(t, "set "+first(rest))
		}
	case "secrets":
		change(value.Join(rest, " "), "secrets")
	case "extract":
		e.kubeSecrets("secrets")
		for _, d := range opts["--to"] {
			if !d.Is("-") {
				e.effect(sallyport.EffectWrite, d, "")
			}
		}
	case "edit":
		for _, t := range kubeTargets(rest, false) {
			change(t, "edited by hand")
		}
		e.unknown("what is typed into the editor is not known")
	default: // patch, label, annotate, scale, autoscale, expose, new-app, ...
		manifests(verb)
		words := rest
		if len(words) > 2 && oneOf(verb, "label", "annotate") {
			words = words[:2]
			if words[0].Contains("/") {
				words = words[:1]
			}
		}
		for _, t := range kubeTargets(words, false) {
			change(t, verb)
		}
		for _, p := range append(opts["-p"], opts["--patch"]...) {
			if c := p.String(); strings.Contains(c, "privileged") && strings.Contains(c, "true") || strings.Contains(c, "hostPath") || strings.Contains(c, "cluster-admin") {
				e.hint("privileged-container", sallyport.High, "the change breaks the separation between container and node")
			}
		}
		for _, r := range opts["--replicas"] {
			if r.Is("0") {
				e.hint("scaled-to-nothing", sallyport.Medium, "nothing of it is left running")
			}
		}
	}
}

// kubeTool is helm and the tools around clusters.
func kubeTool(e *eval) {
	plain, opts := e.words()
	verb, name := first(plain), value.Str{}
	if len(plain) > 1 {
		name = plain[1]
	}
	for _, o := range []string{"-f", "--values", "--set-file"} {
		if v, ok := opts[o]; ok && !v.Empty() {
			if v.Contains("://") {
				e.effect(sallyport.EffectConnect, v, "values")
			} else {
				e.effect(sallyport.EffectRead, v, "values")
			}
		}
	}
	if v, ok := opts["--post-renderer"]; ok {
		e.run(Run{Argv: []value.Str{v}})
		e.hint("runs-option", sallyport.High, "an option of helm names a program that it runs")
	}
	switch e.name {
	case "helm":
		switch verb {
		case "install", "upgrade":
			e.effect(sallyport.EffectKubernetes, value.Concat(lit("helm release/"), name), verb)
			if len(plain) > 2 {
				if c := plain[2]; c.Contains("://") {
					e.effect(sallyport.EffectConnect, c, "chart")
				} else {
					e.effect(sallyport.EffectInstall, c, "chart")
				}
			}
		case "uninstall", "delete", "rollback", "test":
			e.effect(sallyport.EffectKubernetes, value.Concat(lit("helm release/"), name), verb)
			if verb == "uninstall" || verb == "delete" {
				e.effect(sallyport.EffectIrreversible, value.Concat(lit("helm release/"), name), verb)
			}
		case "repo", "registry", "pull", "fetch", "push", "dependency", "dep":
			for _, p := range plain[1:] {
				if p.Contains("://") {
					e.effect(sallyport.EffectConnect, p, "charts")
				}
			}
			if verb == "repo" && oneOf(name.String(), "add", "remove", "update") || verb != "repo" {
				e.may(sallyport.EffectConnect, lit("chart repositories"), "helm "+verb)
			}
		case "get":
			e.kubeSecrets("helm values")
		case "plugin":
			if name.Is("install") || name.Is("update") {
				e.effect(sallyport.EffectInstall, value.Join(plain[2:], " "), "helm plug-in")
				e.unknown("a plug-in of helm can run anything when it is installed")
			}
		case "list", "ls", "status", "history", "hist", "show", "inspect", "search", "template", "lint", "version", "env", "verify", "package", "completion", "create", "help":
			e.sources = append(e.sources, End{System, lit("cluster")})
		default:
			e.unknown("operation %q of helm is not understood", verb)
		}
	case "kustomize":
		for _, p := range plain[min(1, len(plain)):] {
			e.input(p)
		}
		if verb == "edit" {
			e.effect(sallyport.EffectWrite, lit("kustomization.yaml"), value.Join(plain, " ").String())
		}
		for _, o := range e.operands {
			if p := o.Prefix(); strings.Contains(p, "enable-alpha-plugins") || strings.Contains(p, "enable-exec") {
				e.unknown("plug-ins of kustomize run programs")
			}
		}
	case "kubens", "kubectx":
		if len(plain) > 0 {
			e.effect(sallyport.EffectWrite, lit("~/.kube/config"), e.name+" "+verb)
		}
	default:
		e.coarse(sallyport.EffectKubernetes, strings.TrimSpace(e.name+" "+value.Join(plain[:min(2, len(plain))], " ").String()))
	}
}
