package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["aws"] = aws
	hooks["az"] = az
	hooks["gcloud"] = gcloud
	hooks["cloudTool"] = func(e *eval) {
		plain, opts := cloudWords(e.operands)
		if oneOf(e.name, "cloud-init", "cloud-id", "waagent") && (lookingVerbs[first(plain)] || first(plain) == "") {
			e.sources = append(e.sources, End{System, lit("cloud")})
			return
		}
		e.cloud(plain, opts)
	}
	hooks["automation"] = automation
}

// cloudWords divides the arguments of a cloud client: every option takes the words up to the next option.
func cloudWords(ops []value.Str) (plain []value.Str, opts map[string][]value.Str) {
	opts = map[string][]value.Str{}
	last := ""
	for _, o := range ops {
		if o.HasPrefix("-") && len(o.Prefix()) > 1 {
			name, v, eq := o.CutAny("=")
			if last, _ = name.Const(); eq {
				opts[last] = append(opts[last], v)
				last = ""
			} else if opts[last] == nil {
				opts[last] = []value.Str{}
			}
			continue
		}
		if last != "" {
			opts[last] = append(opts[last], o)
			if cloudOneValue[last] {
				last = ""
			}
			continue
		}
		plain = append(plain, o)
	}
	return plain, opts
}

// cloudOneValue are options that take exactly one word, so that what follows is an operand again; cloudFlags take none.
var cloudOneValue = wordSet(`--region --profile --output -o --query --endpoint-url --project --zone --format --filter --subscription --account -g --resource-group -n --name --instance --location -l --namespace --context --cluster --os-cloud --exclude --include --acl --recursive-x --sse --storage-class --key --size --image --command --tunnel-through-iap-x -f -c -p --pool`)
var cloudFlags = wordSet(`--recursive --dryrun --quiet -q --force --no-wait --yes -y --debug --no-sign-request --no-paginate --no-cli-pager --delete --only-show-errors --verbose --all --human-readable --summarize --with-decryption --tunnel-through-iap --internal-ip --no-verify-ssl --no-progress --follow --show-details --include-value --enable --disable --no-cli-auto-prompt -r --raw --json --wait --noninteractive --no-prompt --global`)

var cloudReads = []string{"describe", "list", "get", "show", "head", "search", "lookup", "ls", "view", "check", "wait", "exists", "estimate", "count", "batch-get", "scan", "query", "select", "filter", "simulate", "validate", "test", "summarize", "info", "status", "history", "version", "config-ssh-x", "presign", "detect", "preview", "help", "decode", "df", "health", "stat", "osd", "mon", "quorum_status", "tree", "dump", "read", "tail", "log", "logs", "find", "stats", "print", "catalog", "whoami", "lookup-events", "discover"}
var cloudDeletes = []string{"delete", "remove", "terminate", "destroy", "purge", "deregister", "release", "detach", "disassociate", "revoke", "rb", "rm", "drop", "clear", "disable", "cancel", "stop", "deallocate", "schedule-key-deletion", "untag", "reset", "empty", "undeploy", "unset", "del"}

// cloudSecrets are words of operations that hand out secrets.
var cloudSecrets = []string{"get-secret-value", "get-parameter", "get-parameters", "get-parameters-by-path", "batch-get-secret-value", "get-session-token", "get-federation-token", "assume-role", "get-credentials", "get-access-token", "print-access-token", "print-identity-token", "create-access-key", "get-authorization-token", "get-login-password", "get-password-data",
	"get-connection-string", "list-keys", "show-connection-string", "get-access-keys", "listkeys", "versions-access", "access", "decrypt", "export-credentials", "get-role-credentials", "create-login-profile", "get-ecr-login", "get-token", "keys", "create-sas", "generate-sas", "print-refresh-token", "application-default", "get-user-password", "list-publishing-credentials", "list-admin-kubeconfig"}

// cloudAccess are words of services and operations that change who may do what.
var cloudAccess = []string{"iam", "role", "policy", "user", "group", "access-key", "service-account", "service-accounts", "add-iam-policy-binding", "set-iam-policy", "remove-iam-policy-binding", "login-profile", "permission", "ad", "sp", "assignment", "organizations", "authorize-security-group-ingress", "security-group", "nsg", "firewall-rules", "acl", "bucket-policy", "public-access-block", "grant", "keypair", "key-pair", "ssh-key", "identity", "caps"}

// cloudTrails are what records what happens in an account.
var cloudTrails = []string{"cloudtrail", "guardduty", "securityhub", "config-service", "flow-logs", "log-group", "logs", "diagnostic-settings", "sinks", "audit", "detector", "stop-logging", "access-analyzer", "macie2", "inspector2", "activity-log", "monitor", "defender"}

func hasAny(text string, words []string) bool {
	for _, w := range words {
		if text == w || strings.HasPrefix(text, w+"-") || strings.HasSuffix(text, "-"+w) || strings.Contains(text, "-"+w+"-") || strings.HasPrefix(text, w+"_") {
			return true
		}
	}
	return false
}

// cloud is the common judgement of "tool service ... operation": reads, changes, deletes, hands out secrets, changes access.
func (e *eval) cloud(plain []value.Str, opts map[string][]value.Str) {
	var path []string
	for _, p := range plain {
		c, known := p.Const()
		if !known {
			e.may(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), "")
			e.unknown("what %s is told to do is not known: %q", e.name, p)
			return
		}
		path = append(path, c)
	}
	if len(path) == 0 {
		return
	}
	target := lit(strings.Join(append([]string{e.name}, path...), " "))
	for _, o := range []string{"--name", "-n", "--secret-id", "--instance-ids", "--user-name", "--role-name", "--bucket", "--function-name", "--trail-name", "--db-instance-identifier", "--cluster-name", "--group-name", "--policy-arn", "--vault-name", "--table-name", "--volume-id", "--snapshot-id", "--group-id", "--key-id", "--stack-name", "--detector-id", "--queue-url", "--topic-arn", "--account-name", "-g", "--resource-group", "--id", "--ids"} {
		if vs := opts[o]; len(vs) > 0 {
			target = value.Concat(target, lit(" "), value.Join(vs, " "))
			break
		}
	}
	for name, vs := range opts {
		for _, v := range vs {
			for _, scheme := range []string{"file://", "fileb://", "@"} {
				if v.HasPrefix(scheme) && name != "--query" {
					f, _ := v.Drop(len(scheme))
					e.effect(sallyport.EffectRead, f, "sent")
				}
			}
		}
	}
	for _, o := range []string{"--template-file", "--source-file", "--data-file", "--files", "--env-file", "--metadata-from-file", "--template-body", "--user-data", "--custom-data", "--key-file", "--private-key"} {
		for _, v := range opts[o] {
			if _, f, ok := v.CutAny("="); ok && o == "--metadata-from-file" {
				v = f
			}
			if !v.Contains("://") && (v.HasPrefix("/") || v.HasPrefix("./") || v.HasPrefix("~") || v.Contains(".")) {
				e.effect(sallyport.EffectRead, v, "sent")
			}
		}
	}
	for _, o := range []string{"--destination-file", "--output-file", "--download-path", "--outfile"} {
		for _, v := range opts[o] {
			e.effect(sallyport.EffectWrite, v, "")
		}
	}
	if len(path) == 1 && oneOf(e.name, "az", "gcloud") && !oneOf(path[0], "feedback", "find", "interactive", "survey", "next", "self-test") {
		e.sources = append(e.sources, End{System, lit(e.name + " help")}) // a group of commands by itself only says what is in it
		return
	}
	if e.name == "gcloud" {
		path = untilVerb(path)
	}
	last := path[len(path)-1]
	all := strings.Join(path, "-")
	e.sources = append(e.sources, End{Net, lit(e.name + " api")})
	secret := false
	for _, p := range path {
		secret = secret || hasExact(p, cloudSecrets)
	}
	deletes, reads := false, true
	found := false
	if v := awsVerb(e.name, path); v != "" {
		found, deletes = true, oneOf(v, awsDeletes...)
		reads = oneOf(v, awsReads...) || strings.HasPrefix(last, "batch-get-") || strings.HasPrefix(last, "batch-describe-") || strings.HasPrefix(last, "batch-check-") || last == "wait"
	}
	for i := len(path) - 1; i >= 0 && !found; i-- {
		switch {
		case hasAny(path[i], cloudDeletes) && !strings.HasPrefix(path[i], "get-") && !strings.HasPrefix(path[i], "describe-") && !strings.HasPrefix(path[i], "list-"):
			deletes, reads, found = true, false, true
		case hasVerb(path[i], cloudReads):
			found = true
		case (i == len(path)-1 && len(path) > 1 || i == len(path)-2 && i > 0 && e.name == "gcloud") && hasVerb(path[i], []string{"assume", "create", "update", "put", "set", "add", "attach", "start", "run", "modify", "associate", "enable", "apply", "deploy", "import", "register", "restore", "copy", "send", "invoke", "reboot", "restart", "scale", "resize", "grant", "authorize", "move", "upload", "submit", "change", "replace", "assign", "tag", "patch", "cp", "mv", "mb", "sync", "publish", "execute", "failover", "promote", "rotate", "generate", "upgrade", "upsert", "build", "push", "allocate", "configure", "activate", "login", "logout", "install", "init", "bind", "lock", "connect", "rebuild", "migrate", "insert", "merge", "accept", "approve", "reject", "renew", "regenerate", "recover", "undelete", "export", "request", "snapshot", "seek", "troubleshoot", "perform-maintenance", "simulate-eviction", "reimage", "redeploy", "swap", "assign", "unassign", "complete", "resume", "pause", "suspend", "lock", "unlock", "convert", "clone", "link", "unlink", "sync", "install", "activate", "deactivate", "verify", "renew-credentials"}):
			reads, found = false, true
		}
	}
	if !found {
		reads = false
		e.unknown("operation %q of %s is not understood", strings.Join(path, " "), e.name)
	}
	if secret {
		e.effect(sallyport.EffectCredential, target, last)
		e.sources = append(e.sources, End{Secret, target})
	}
	if reads && !secret || secret && reads {
		return
	}
	e.effect(sallyport.EffectCloud, target, last)
	if deletes && !strings.HasPrefix(last, "stop") && !strings.HasPrefix(last, "untag") && !strings.HasPrefix(last, "disassociate") && !strings.HasPrefix(last, "cancel") {
		e.effect(sallyport.EffectIrreversible, target, last)
	}
	for _, p := range path {
		if hasAny(p, cloudAccess) {
			e.effect(sallyport.EffectAccount, target, "who may do what in the cloud: "+last)
			break
		}
	}
	if hasAny(all, cloudTrails) && (deletes || hasAny(last, cloudDeletes) || strings.HasPrefix(last, "stop") || strings.HasPrefix(last, "update") || strings.HasPrefix(last, "put-event-selectors")) {
		e.effect(sallyport.EffectSecurityTool, target, last)
	}
}

// What the first word of an operation of AWS says of it.
var (
	awsReads   = strings.Fields(`analyze calculate check classify compare contains count decode describe detect discover estimate evaluate filter get head infer is list lookup ping poll predict preview query read recognize render resolve retrieve sample scan search select simulate suggest synthesize test translate validate verify view wait tail start-live-tail`)
	awsDeletes = strings.Fields(`delete deregister purge terminate dispose expire forget redact retire`)
	awsChanges = wordSet(`abort accept acknowledge activate add admin advertise allocate allow apply approve archive assign associate assume attach authorize back backtrack batch begin build bulk bundle cancel change channel checkout claim clear clone close commit complete compose
		configure confirm connect continue convert copy create deactivate deauthorize decline decrease decrypt define deliver deny deploy deprecate deprovision detach disable disassociate disconnect dismiss dissociate distribute domain download enable encrypt enter exchange execute exit
		export extend failover finalize flush forgot generate global grant group import increase index initialize initiate install invalidate invite invoke issue join label launch leave lock logout login mark merge meter migrate modify monitor move notify open opt override pause peer phone
		post prepare promote provide provision publish purchase put re rebalance reboot rebuild receive record refresh regenerate register reimport reject release reload remove renew reorder replace replicate report request resend reserve reset resize respond restart restore resume resync
		retry reverse revoke rollback rotate run schedule send set share shutdown sign signal skip split start stop stream submit subscribe suspend swap switchover sync tag transact transfer unarchive unassign unclaim undeploy undeprecate ungroup unlabel unlink unlock unmonitor unpeer
		unregister unshare unsubscribe untag update upgrade upload vote withdraw write`)
)

// awsVerb returns what the operation of a call of aws begins with: "" when it is none that is known.
func awsVerb(name string, path []string) string {
	if !oneOf(name, "aws", "aws2", "awslocal") || len(path) < 2 {
		return ""
	}
	if path[0] == "logs" && oneOf(path[1], "start-live-tail", "tail") || path[1] == "wait" {
		return "tail"
	}
	v, _, _ := strings.Cut(path[1], "-")
	if oneOf(v, awsReads...) || oneOf(v, awsDeletes...) || awsChanges[v] {
		return v
	}
	return ""
}

// gcloudVerbs are the last words of commands of gcloud: what follows them are names.
var gcloudVerbs = wordSet(`abandon accept access activate add add-access-config add-backend add-bgp-peer add-iam-policy-binding add-instances add-interface add-invoker-policy-binding add-labels add-metadata add-named-ports add-rule add-tags approve
	attach-disk browse call cancel clone connect copy cp create create-signature deactivate decrypt delete delete-access-config delete-instances deploy describe destroy detach-disk diagnose disable enable encrypt execute export failover fetch get get-ancestors get-credentials
	get-health get-iam-policy get-named-ports get-nat-mapping-info get-public-key get-serial-port-output get-server-config get-status get-value import insert install invalidate-cdn-cache kill list list-errors list-instances list-tags list-usable lookup ls migrate move mv open
	patch perform-maintenance promote promote-replica publish pull push quota raw-sign read rebuild recreate-instances regenerate-access-token register reject remove remove-access-config remove-backend remove-iam-policy-binding remove-labels remove-metadata remove-rule remove-tags
	replace report reset reset-ssl-config reset-windows-password resize restart restore restore-backup resume rm rollback rolling-action rotate rsync run save-plan scp search seek send-diagnostic-interrupt serial-port set set-autoscaling set-default-service set-disk-auto-delete
	set-iam-policy set-labels set-machine-type set-named-ports set-password set-quota-project set-scheduling set-service-account set-tags set-traffic snapshot ssh start stop submit suspend tail test troubleshoot undelete unset update update-access-config update-backend
	update-containers update-iam-policy update-labels update-metadata update-tags update-traffic upgrade upload validate verify version wait`)

// untilVerb takes the names that follow the verb of a call of gcloud away.
func untilVerb(path []string) []string {
	for i := 1; i < len(path); i++ {
		if gcloudVerbs[path[i]] {
			if path[i] == "export" || path[i] == "import" { // sql export csv
				return path[:min(i+2, len(path))]
			}
			return path[:i+1]
		}
	}
	return path
}

func hasExact(p string, list []string) bool {
	for _, l := range list {
		if p == l {
			return true
		}
	}
	return false
}

func hasVerb(p string, verbs []string) bool {
	for _, v := range verbs {
		if p == v || strings.HasPrefix(p, v+"-") || strings.HasSuffix(p, "-"+v) || strings.HasSuffix(p, ":"+v) {
			return true
		}
	}
	return false
}

// cleanFlags takes options that have no value apart from the operands that follow them.
func (e *eval) cleanFlags() []value.Str {
	var out []value.Str
	var flags []value.Str
	for _, o := range e.operands {
		if c, _ := o.Const(); cloudFlags[c] {
			flags = append(flags, o)
			continue
		}
		out = append(out, o)
	}
	return append(out, flags...)
}

func aws(e *eval) {
	if e.name != "aws" && e.name != "aws2" && e.name != "awslocal" {
		if oneOf(e.name, "ec2-metadata") {
			e.effect(sallyport.EffectConnect, lit("169.254.169.254"), "instance metadata")
			e.sources = append(e.sources, End{Net, lit("169.254.169.254")})
			return
		}
		e.coarse(sallyport.EffectCloud, e.name)
		return
	}
	plain, opts := cloudWords(e.cleanFlags())
	for _, u := range opts["--endpoint-url"] {
		e.effect(sallyport.EffectConnect, u, "")
	}
	verb := ""
	if len(plain) > 1 {
		verb, _ = plain[1].Const()
	}
	switch {
	case first(plain) == "help" || verb == "help":
		e.unknown("aws help opens a pager, where commands can be typed")
	case first(plain) == "configure":
		switch verb {
		case "list", "list-profiles":
		case "get":
			e.effect(sallyport.EffectCredential, lit("~/.aws/credentials"), "shown")
			e.sources = append(e.sources, End{Secret, lit("~/.aws/credentials")})
		case "export-credentials":
			e.effect(sallyport.EffectCredential, lit("aws credentials"), "shown")
			e.sources = append(e.sources, End{Secret, lit("aws credentials")})
		default:
			e.effect(sallyport.EffectWrite, lit("~/.aws/config"), value.Join(plain, " ").String())
		}
	case first(plain) == "s3" && oneOf(verb, "cp", "mv", "sync", "rm", "rb", "mb"):
		_, del := opts["--delete"]
		for _, all := range []string{"--force", "--recursive"} {
			_, given := opts[all]
			del = del || given && oneOf(verb, "rb", "rm")
		}
		e.objectStore(verb, plain[2:], "s3://", del, opts["--dryrun"] != nil)
	case first(plain) == "s3" && oneOf(verb, "ls", "presign", "website"):
		e.sources = append(e.sources, End{Net, lit("s3")})
	case first(plain) == "ssm" && verb == "start-session", first(plain) == "ecs" && verb == "execute-command":
		e.effect(sallyport.EffectRemoteExec, value.Join(append(opts["--target"], opts["--task"]...), " "), "aws "+verb)
		for _, c := range opts["--command"] {
			e.run(Run{Script: &c, Lang: "sh", Where: Remote, Principal: "aws target"})
		}
	case first(plain) == "ssm" && verb == "send-command":
		on := value.Join(append(opts["--instance-ids"], opts["--targets"]...), " ")
		if on.Empty() {
			on = lit("aws instances")
		}
		e.effect(sallyport.EffectRemoteExec, on, "aws send-command")
		for _, p := range opts["--parameters"] {
			e.unknown("the commands in %q run on other machines and are not followed", p)
		}
	case first(plain) == "codeartifact" && verb == "login", first(plain) == "sso" && oneOf(verb, "login", "logout"):
		target := lit("~/.aws/sso/cache")
		if verb == "login" && len(opts["--tool"]) > 0 {
			target = value.Concat(lit("settings of "), opts["--tool"][0])
		}
		e.effect(sallyport.EffectWrite, target, "access to a service")
	case first(plain) == "eks" && verb == "update-kubeconfig":
		e.effect(sallyport.EffectWrite, lit("~/.kube/config"), "cluster access")
	default:
		e.cloud(plain, opts)
	}
}

// objectStore is cp, mv, sync, rm between files and a bucket. del says that what a command leaves out, or finds below its operands, is deleted too.
func (e *eval) objectStore(verb string, ops []value.Str, scheme string, del, dry bool) {
	var words []value.Str
	for _, o := range ops {
		if !o.HasPrefix("-") || o.Is("-") {
			words = append(words, o)
		}
	}
	if dry {
		return
	}
	remote := func(v value.Str) bool { return v.HasPrefix(scheme) || v.Contains("://") }
	switch verb {
	case "rm", "rb", "del":
		for _, w := range words {
			e.effect(sallyport.EffectCloud, w, "deleted")
			switch {
			case del:
				e.effect(sallyport.EffectIrreversible, w, "deleted with everything below")
			case verb != "rb": // a bucket that is removed without force must be empty
				e.effect(sallyport.EffectIrreversible, w, "deleted")
			}
		}
	case "mb":
		for _, w := range words {
			e.effect(sallyport.EffectCloud, w, "bucket made")
		}
	default:
		if len(words) < 2 {
			return
		}
		dest := words[len(words)-1]
		for _, src := range words[:len(words)-1] {
			from, to := fileEnd(src), End{}
			switch {
			case src.Is("-"):
				from = End{Kind: Stdin}
			case remote(src):
				e.effect(sallyport.EffectConnect, src, "")
				from = End{Net, src}
			default:
				e.effect(sallyport.EffectRead, src, "")
			}
			switch {
			case dest.Is("-"):
				to = End{Kind: Stdout}
			case remote(dest):
				e.effect(sallyport.EffectConnect, dest, "")
				e.effect(sallyport.EffectCloud, dest, "written")
				to = End{Net, dest}
			default:
				target := dest
				if e.isDir(dest) {
					target = value.Path(dest, src.Base())
				}
				e.effect(sallyport.EffectWrite, target, "")
				to = fileEnd(target)
			}
			if verb == "mv" {
				kind := sallyport.EffectDelete
				if remote(src) {
					kind = sallyport.EffectCloud
				}
				e.effect(kind, src, "moved away")
			}
			e.res.Flows = append(e.res.Flows, Flow{From: from, To: to})
		}
		if del {
			e.may(sallyport.EffectDelete, dest, "whatever the source does not have")
		}
	}
}

func az(e *eval) {
	if e.name != "az" {
		e.coarse(sallyport.EffectCloud, e.name)
		return
	}
	plain, opts := cloudWords(e.cleanFlags())
	text := value.Join(plain, " ").String()
	switch {
	case strings.HasPrefix(text, "login"), strings.HasPrefix(text, "logout"), strings.HasPrefix(text, "account set"), strings.HasPrefix(text, "account clear"), strings.HasPrefix(text, "config set"), strings.HasPrefix(text, "config unset"), strings.HasPrefix(text, "configure"), strings.HasPrefix(text, "cloud set"), strings.HasPrefix(text, "init"), strings.HasPrefix(text, "acr login"):
		e.effect(sallyport.EffectWrite, lit("~/.azure"), "az "+text)
		if strings.HasPrefix(text, "login") || strings.HasPrefix(text, "acr login") {
			e.effect(sallyport.EffectConnect, lit("login.microsoftonline.com"), "sign in")
		}
	case text == "interactive":
		e.unknown("what is typed into az interactive is not known")
	case strings.HasPrefix(text, "account get-access-token"), strings.HasPrefix(text, "keyvault secret show"), strings.HasPrefix(text, "keyvault secret download"), strings.HasPrefix(text, "keyvault key download"), strings.HasPrefix(text, "storage account keys list"), strings.HasPrefix(text, "aks get-credentials"), strings.Contains(text, "connection-string show"), strings.Contains(text, "show-connection-string"), strings.Contains(text, "list-keys"), strings.Contains(text, "keys list"), strings.Contains(text, "credential show"), strings.Contains(text, "generate-sas"), strings.HasPrefix(text, "ad sp create-for-rbac"), strings.Contains(text, "credential reset"):
		e.effect(sallyport.EffectCredential, lit("az "+text), "read")
		e.sources = append(e.sources, End{Secret, lit("az " + text)})
		if strings.Contains(text, "create-for-rbac") || strings.Contains(text, "reset") {
			e.effect(sallyport.EffectAccount, lit("az "+text), "who may do what in the cloud")
		}
		if strings.HasPrefix(text, "aks get-credentials") {
			e.effect(sallyport.EffectWrite, lit("~/.kube/config"), "cluster access")
		}
	case strings.HasPrefix(text, "vm run-command"), strings.HasPrefix(text, "vmss run-command"), strings.HasPrefix(text, "container exec"), strings.HasPrefix(text, "aks command invoke"):
		host := value.Join(append(opts["-n"], opts["--name"]...), " ")
		e.effect(sallyport.EffectRemoteExec, host, "az")
		for _, s := range append(append(opts["--scripts"], opts["--exec-command"]...), opts["--command"]...) {
			if !s.HasPrefix("@") {
				e.run(Run{Script: &s, Lang: "sh", Where: Remote, Principal: "host " + host.String()})
			} else {
				f, _ := s.Drop(1)
				e.effect(sallyport.EffectRead, f, "sent")
				e.run(Run{File: &f, Lang: "sh", Where: Remote, Principal: "host " + host.String()})
			}
		}
	case strings.HasPrefix(text, "storage blob upload"), strings.HasPrefix(text, "storage file upload"), strings.HasPrefix(text, "storage copy"), strings.HasPrefix(text, "storage blob sync"):
		for _, f := range append(append(append(opts["-f"], opts["--file"]...), opts["--source"]...), opts["-s"]...) {
			e.effect(sallyport.EffectRead, f, "sent")
		}
		e.effect(sallyport.EffectCloud, lit("az "+text), "written")
	case strings.HasPrefix(text, "storage blob download"), strings.HasPrefix(text, "storage file download"):
		for _, f := range append(append(opts["-f"], opts["--file"]...), append(opts["-d"], opts["--destination"]...)...) {
			e.effect(sallyport.EffectWrite, f, "")
		}
	case strings.HasPrefix(text, "rest"):
		for _, u := range append(opts["--uri"], append(opts["--url"], opts["-u"]...)...) {
			e.effect(sallyport.EffectConnect, u, "")
		}
		for _, m := range append(opts["--method"], opts["-m"]...) {
			if strings.ToLower(m.String()) != "get" {
				e.effect(sallyport.EffectCloud, lit("az rest"), m.String())
			}
		}
	case strings.HasPrefix(text, "extension"), strings.HasPrefix(text, "upgrade"):
		if strings.Contains(text, "list") || strings.Contains(text, "show") {
			break
		}
		e.effect(sallyport.EffectInstall, lit("az "+text), "")
	default:
		e.cloud(plain, opts)
	}
}

func gcloud(e *eval) {
	if e.name != "gcloud" {
		e.coarse(sallyport.EffectCloud, e.name)
		return
	}
	plain, opts := cloudWords(e.cleanFlags())
	text := value.Join(plain, " ").String()
	text = strings.TrimPrefix(strings.TrimPrefix(text, "alpha "), "beta ")
	arg := func(n int) value.Str {
		if n < len(plain) {
			return plain[n]
		}
		return value.Str{}
	}
	switch {
	case strings.HasPrefix(text, "auth print-"), strings.HasPrefix(text, "auth application-default print"), strings.HasPrefix(text, "secrets versions access"), strings.HasPrefix(text, "iam service-accounts keys create"), strings.HasPrefix(text, "config config-helper"), strings.HasPrefix(text, "kms decrypt"):
		e.effect(sallyport.EffectCredential, lit("gcloud "+text), "read")
		e.sources = append(e.sources, End{Secret, lit("gcloud " + text)})
		for _, f := range opts["--ciphertext-file"] {
			e.effect(sallyport.EffectRead, f, "")
		}
		for _, f := range append(opts["--plaintext-file"], opts["--out-file"]...) {
			e.effect(sallyport.EffectWrite, f, "a secret")
		}
		if strings.Contains(text, "keys create") {
			e.effect(sallyport.EffectAccount, lit("gcloud "+text), "a new key of a service account")
			e.effect(sallyport.EffectWrite, arg(4), "key")
		}
	case strings.HasPrefix(text, "auth "), strings.HasPrefix(text, "config "), strings.HasPrefix(text, "init"):
		if strings.Contains(text, " list") || strings.Contains(text, "get-value") || strings.HasPrefix(text, "config get") || strings.Contains(text, "describe") || oneOf(text, "auth application-default", "config configurations") {
			e.sources = append(e.sources, End{System, lit("gcloud")})
			break
		}
		e.effect(sallyport.EffectWrite, lit("~/.config/gcloud"), "gcloud "+text)
		if strings.HasPrefix(text, "auth configure-docker") {
			e.effect(sallyport.EffectWrite, lit("~/.docker/config.json"), "access to a registry")
		}
		for _, f := range append(opts["--key-file"], opts["--cred-file"]...) {
			e.effect(sallyport.EffectCredential, f, "used to sign in")
		}
	case strings.HasPrefix(text, "compute ssh"), strings.HasPrefix(text, "compute tpus tpu-vm ssh"), strings.HasPrefix(text, "cloud-shell ssh"):
		host := arg(2)
		e.effect(sallyport.EffectConnect, host, "ssh")
		e.effect(sallyport.EffectRemoteExec, host, "")
		r := Run{Where: Remote, Principal: "host " + host.String(), Lang: "sh"}
		if c := opts["--command"]; len(c) > 0 {
			r.Script = &c[0]
			e.run(r)
		} else {
			r.Stdin, r.Interactive = e.ctx.Stdin != nil, e.ctx.Stdin == nil
			e.run(r)
		}
	case strings.HasPrefix(text, "compute scp"):
		e.given = nil
		e.transferEnds(plain[2:])
	case strings.HasPrefix(text, "container clusters get-credentials"):
		e.effect(sallyport.EffectWrite, lit("~/.kube/config"), "cluster access")
	case strings.HasPrefix(text, "storage cp"), strings.HasPrefix(text, "storage mv"), strings.HasPrefix(text, "storage rsync"), strings.HasPrefix(text, "storage rm"):
		_, del := opts["--delete-unmatched-destination-objects"]
		e.objectStore(arg(1).String(), plain[2:], "gs://", del, false)
	case strings.HasPrefix(text, "iam service-accounts keys list"), strings.HasPrefix(text, "iam service-accounts keys get-public-key"), text == "info", text == "feedback", text == "cheat-sheet":
		for _, f := range append(opts["--log-file"], opts["--output-file"]...) {
			e.effect(sallyport.EffectWrite, f, "")
		}
		e.sources = append(e.sources, End{System, lit("gcloud")})
	case strings.HasPrefix(text, "components"):
		if strings.Contains(text, "list") {
			break
		}
		e.effect(sallyport.EffectInstall, lit("gcloud "+text), "")
	case strings.HasPrefix(text, "help") || strings.HasPrefix(text, "topic"):
		e.unknown("gcloud help opens a pager, where commands can be typed")
	default:
		e.cloud(plain, opts)
	}
}

// automation is tools that apply a description to many things: what they do is in files.
func automation(e *eval) {
	plain, opts := e.words()
	verb := first(plain)
	if e.hasWord("--version", "-version", "version", "--help", "-h") {
		e.sources = append(e.sources, End{System, lit(e.name)})
		return
	}
	switch e.name {
	case "terraform", "tofu", "terragrunt":
		switch verb {
		case "apply", "destroy", "import", "taint", "untaint", "refresh", "run-all":
			e.effect(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), "changes what the configuration describes")
			if verb == "destroy" || e.hasWord("-destroy") || e.hasWord("destroy") {
				e.effect(sallyport.EffectIrreversible, lit("everything that the "+e.name+" configuration describes"), "destroy")
			}
			if verb != "destroy" && verb != "taint" && verb != "untaint" {
				e.unknown("what the %s configuration describes is not read", e.name)
			}
		case "state":
			if len(plain) > 1 && oneOf(plain[1].String(), "rm", "mv", "push", "replace-provider") {
				e.effect(sallyport.EffectCloud, lit(e.name+" "+value.Join(plain, " ").String()), "")
				break
			}
			e.effect(sallyport.EffectCredential, lit(e.name+" state"), "can hold secrets")
			e.sources = append(e.sources, End{Secret, lit(e.name + " state")})
		case "output", "show":
			if e.hasWord("-json", "-raw") {
				e.effect(sallyport.EffectCredential, lit(e.name+" state"), "values that are marked as secret are printed too")
			}
			e.sources = append(e.sources, End{Secret, lit(e.name + " state")})
		case "plan", "init", "get":
			e.may(sallyport.EffectConnect, lit("providers"), e.name+" "+verb)
			e.unknown("data sources and providers of the %s configuration can run programs", e.name)
		case "validate", "fmt", "graph", "providers", "workspace", "console", "test", "login", "logout", "metadata", "force-unlock", "modules":
			e.sources = append(e.sources, End{System, lit(e.name)})
			if verb == "console" {
				e.prompt("terraform")
			}
			if verb == "fmt" && !e.hasWord("-check") {
				e.effect(sallyport.EffectWrite, lit("*.tf"), "formatted")
			}
		default:
			e.unknown("operation %q of %s is not understood", verb, e.name)
		}
	case "ansible":
		host := lit(verb)
		module := lit("command")
		if m, ok := opts["-m"]; ok {
			module = m
		} else if m, ok := opts["--module-name"]; ok {
			module = m
		}
		e.effect(sallyport.EffectRemoteExec, host, "ansible module "+module.String())
		a, ok := opts["-a"]
		if !ok {
			a, ok = opts["--args"]
		}
		if ok && oneOf(strings.TrimPrefix(module.String(), "ansible.builtin."), "shell", "command", "raw") {
			where, principal := Remote, "host "+host.String()
			if host.Is("localhost") || host.Is("127.0.0.1") {
				where, principal = Here, ""
			}
			e.run(Run{Script: &a, Lang: "sh", Where: where, Principal: principal})
		} else if !module.Is("ping") && !module.Is("setup") {
			e.unknown("what the ansible module %q does is not modelled", module)
		}
	case "ansible-playbook", "ansible-pull":
		for _, p := range plain {
			if p.Contains(".y") || !p.Known() {
				e.effect(sallyport.EffectRead, p, "playbook")
			}
		}
		e.effect(sallyport.EffectRemoteExec, lit("hosts of the playbook"), value.Join(plain, " ").String())
		e.unknown("what the playbook does is not read")
	case "ansible-doc", "ansible-inventory", "cfn-lint", "tflint", "tfsec", "checkov", "infracost", "insights-client":
		e.sources = append(e.sources, End{System, lit(e.name)})
		for _, o := range []string{"-i", "--inventory"} {
			if v, ok := opts[o]; ok && (v.Contains("/")) {
				e.effect(sallyport.EffectRead, v, "inventory")
			}
		}
	case "pssh", "pdsh", "clush", "dsh", "mussh", "parallel-ssh":
		hosts := lit("hosts")
		for _, o := range []string{"-H", "-w", "-h", "-g"} {
			if v, ok := opts[o]; ok {
				hosts = v
			}
		}
		e.effect(sallyport.EffectRemoteExec, hosts, e.name)
		if len(plain) > 0 {
			line := plain[len(plain)-1]
			e.run(Run{Script: &line, Lang: "sh", Where: Remote, Principal: "hosts " + hosts.String()})
		}
	case "salt", "salt-ssh":
		e.effect(sallyport.EffectRemoteExec, lit(verb), value.Join(plain, " ").String())
		if len(plain) > 2 && plain[1].Is("cmd.run") {
			e.run(Run{Script: &plain[2], Lang: "sh", Where: Remote, Principal: "hosts " + verb})
		} else if len(plain) > 1 && !plain[1].Is("test.ping") && !plain[1].HasPrefix("grains.") {
			e.unknown("what the salt function %q does is not modelled", plain[1])
		}
	case "puppet", "chef-solo", "chef-client", "chef-apply", "salt-call", "knife", "bolt":
		for _, o := range []string{"-e", "--execute"} {
			if v, ok := opts[o]; ok && e.name == "puppet" {
				e.run(Run{Script: &v, Lang: "puppet"})
				return
			}
		}
		if e.name == "knife" && verb == "exec" {
			for _, o := range []string{"-E", "--exec"} {
				if v, ok := opts[o]; ok {
					e.run(Run{Script: &v, Lang: "ruby"})
					return
				}
			}
		}
		if lookingVerbs[verb] || oneOf(verb, "config", "facts", "module", "lookup", "resource") && !strings.Contains(value.Join(plain, " ").String(), "=") {
			e.sources = append(e.sources, End{System, lit(e.name)})
			break
		}
		e.effect(sallyport.EffectWrite, lit("settings of the machine"), strings.TrimSpace(e.name+" "+value.Join(plain, " ").String()))
		e.unknown("what %s applies is not read", e.name)
	case "sigil":
		for _, o := range []string{"-f", "-i"} {
			if v, ok := opts[o]; ok && !v.Empty() {
				if o == "-f" {
					e.input(v)
				} else {
					e.sources = append(e.sources, End{Text, v})
				}
			}
		}
	case "plugn", "sshcommand", "procfile-util":
		if lookingVerbs[verb] || oneOf(verb, "help", "list", "source") {
			e.sources = append(e.sources, End{System, lit(e.name)})
			break
		}
		e.effect(sallyport.EffectExec, lit(e.name), value.Join(plain, " ").String())
		e.unknown("what the plug-ins of %s run is not read", e.name)
	default:
		e.coarse(sallyport.EffectCloud, e.name)
	}
}
