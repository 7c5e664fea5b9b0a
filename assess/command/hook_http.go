package command

import (
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

func init() {
	hooks["curl"] = curl
	hooks["wget"] = wget
	hooks["download"] = download
}

// sendTo records that something is sent to every host.
func (e *eval) sendTo(from End, hosts []value.Str) {
	if from.Kind == File {
		e.effect(sallyport.EffectRead, from.Target, "sent")
	}
	for _, h := range hosts {
		e.res.Flows = append(e.res.Flows, Flow{From: from, To: End{Net, h}})
	}
}

// sendAt is sendTo for a value of the form @file, @- or plain text.
func (e *eval) sendAt(v value.Str, hosts []value.Str) {
	if !v.HasPrefix("@") {
		e.sendTo(End{Text, v}, hosts)
		return
	}
	f, _ := v.Drop(1)
	e.sendFile(f, hosts)
}

func (e *eval) sendFile(f value.Str, hosts []value.Str) {
	if f.Is("-") || f.Is(".") || f.Is("/dev/stdin") {
		e.sendTo(End{Kind: Stdin}, hosts)
	} else {
		e.sendTo(End{File, f}, hosts)
	}
}

func curl(e *eval) {
	urls := append(e.values("--url"), e.operands...)
	for _, k := range e.values("-K") {
		if k.Is("-") {
			e.unknown("curl takes its options from standard input")
		} else {
			e.effect(sallyport.EffectRead, k, "options of curl")
			e.unknown("the options of curl in %q are not read", k)
		}
	}
	var hosts []value.Str
	for _, u := range urls {
		if f, ok := fileURL(u); ok {
			e.input(f)
			continue
		}
		hosts = append(hosts, u)
		e.effect(sallyport.EffectConnect, u, "")
		e.sources = append(e.sources, End{Net, u})
		if len(u.Holes()) > 0 {
			e.sendTo(End{Text, u}, []value.Str{u})
		}
		if u.HasPrefix("gopher://") || u.HasPrefix("dict://") {
			e.hint("raw-protocol", sallyport.High, "sends bytes of the caller's choice over an old protocol that is used to pass through filters")
		}
		if u.HasPrefix("telnet://") || u.HasPrefix("ldap") {
			e.sendTo(End{Kind: Stdin}, []value.Str{u})
		}
	}
	for _, o := range []string{"-d", "--data-binary", "--json"} {
		for _, v := range e.values(o) {
			e.sendAt(v, hosts)
		}
	}
	for _, v := range e.values("--data-raw") {
		e.sendTo(End{Text, v}, hosts)
	}
	for _, v := range e.values("--data-urlencode") {
		if _, f, ok := v.CutAny("@"); ok && !v.Contains("=") {
			e.sendFile(f, hosts)
		} else {
			e.sendTo(End{Text, v}, hosts)
		}
	}
	for _, v := range e.values("-F") {
		_, content, _ := v.CutAny("=")
		if content.HasPrefix("@") || content.HasPrefix("<") {
			f, _ := content.Drop(1)
			f, _, _ = f.CutAny(";")
			e.sendFile(f.TrimPrefix(`"`).TrimSuffix(`"`), hosts)
		} else {
			e.sendTo(End{Text, v}, hosts)
		}
	}
	for _, v := range e.values("-T") {
		e.sendFile(v, hosts)
	}
	for _, o := range []string{"-H", "--proxy-header"} {
		for _, v := range e.values(o) {
			e.sendAt(v, hosts)
		}
	}
	for _, o := range []string{"-A", "-e", "-u", "--oauth2-bearer", "-Q", "--form-string", "-t", "--url-query", "-X"} {
		for _, v := range e.values(o) {
			if len(v.Holes()) > 0 || o == "-u" {
				e.sendTo(End{Text, v}, hosts)
			}
		}
	}
	for _, v := range e.values("-b") {
		if v.Contains("=") {
			e.sendTo(End{Text, v}, hosts)
		} else {
			e.sendTo(End{File, v}, hosts)
		}
	}
	for _, o := range []string{"--key", "-E"} {
		for _, v := range e.values(o) {
			e.effect(sallyport.EffectCredential, v, "used to sign in")
		}
	}
	if e.has("-k", "--proxy-insecure") {
		e.hint("insecure-transfer", sallyport.Medium, "the identity of the server is not checked")
	}
	dir, _ := e.value("--output-dir")
	for _, o := range e.values("-o") {
		e.output(sallyport.EffectWrite, within(dir, o), "")
		e.noStdout = !stdStream(o)
	}
	if e.has("-O", "--remote-name-all") {
		for _, u := range hosts {
			e.output(sallyport.EffectWrite, within(dir, urlFile(u)), "")
		}
		e.noStdout = true
	}
	if e.has("-I") {
		e.spec = lossyCopy(e.spec)
	}
}

// lossyCopy returns a spec whose output does not carry its input.
func lossyCopy(s *spec) *spec {
	c := *s
	c.lossy = true
	return &c
}

// fileURL returns the path of a file:// URL.
func fileURL(u value.Str) (value.Str, bool) {
	for _, p := range []string{"file://localhost/", "file:///", "file:/"} {
		if u.HasPrefix(p) {
			rest, _ := u.Drop(len(p) - 1)
			return rest, true
		}
	}
	return u, false
}

// urlFile is the name under which a download of u is kept.
func urlFile(u value.Str) value.Str {
	bare := u
	for _, sep := range []string{"?", "#"} {
		if b, _, ok := bare.CutAny(sep); ok {
			bare = b
		}
	}
	if _, rest, ok := bare.CutAny("://"); ok {
		bare = rest
	}
	if !bare.Contains("/") && len(bare.Holes()) == 0 || bare.HasSuffix("/") {
		return lit("index.html")
	}
	return bare.Base()
}

func wget(e *eval) {
	hosts := append(e.operands[:0:0], e.operands...)
	for _, f := range e.values("-i") {
		if f.Is("-") {
			e.sources = append(e.sources, End{Kind: Stdin})
		} else {
			e.effect(sallyport.EffectRead, f, "list of addresses")
		}
		u := value.Of(value.Hole{Name: "addresses listed in " + f.String(), Taint: value.File, From: f.Strings(), Why: "the addresses are in a file"})
		if text, ok := e.read(f); ok {
			for _, l := range strings.Fields(string(text)) {
				hosts = append(hosts, lit(l))
			}
		} else {
			hosts = append(hosts, u)
		}
	}
	for _, u := range hosts {
		e.effect(sallyport.EffectConnect, u, "")
		e.sources = append(e.sources, End{Net, u})
		if len(u.Holes()) > 0 {
			e.sendTo(End{Text, u}, []value.Str{u})
		}
	}
	for _, o := range []string{"--post-file", "--body-file"} {
		for _, v := range e.values(o) {
			e.sendFile(v, hosts)
		}
	}
	for _, o := range []string{"--post-data", "--body-data", "--header", "-U", "--user", "--password", "--referer"} {
		for _, v := range e.values(o) {
			e.sendTo(End{Text, v}, hosts)
		}
	}
	for _, v := range e.values("--use-askpass") {
		e.run(Run{Argv: []value.Str{v}})
		e.hint("runs-option", sallyport.High, "an option of wget runs a program")
	}
	for _, v := range e.values("-e") {
		if k, p, ok := v.CutAny("="); ok && k.Contains("proxy") && !k.Is("use_proxy") {
			e.effect(sallyport.EffectConnect, p, "proxy")
		} else if k.HasPrefix("use_askpass") {
			e.run(Run{Argv: []value.Str{p}})
		} else if !harmlessSettings[k.String()] {
			e.unknown("what the setting %q makes wget do is not modelled", v)
		}
	}
	if e.has("--no-check-certificate") {
		e.hint("insecure-transfer", sallyport.Medium, "the identity of the server is not checked")
	}
	e.noStdout = true
	dir, _ := e.value("-P")
	out, named := e.value("-O")
	switch {
	case named && stdStream(out):
		e.noStdout = false
	case named:
		e.output(sallyport.EffectWrite, out, "")
	case e.has("--spider"):
		e.sinks = append(e.sinks, End{Kind: Nothing})
	case e.has("-r", "--recursive", "-m", "--mirror", "-p", "--page-requisites"):
		if dir.Empty() {
			dir = lit(".")
		}
		e.output(sallyport.EffectWrite, dir, "copies of many pages")
	default:
		for _, u := range hosts {
			e.output(sallyport.EffectWrite, within(dir, urlFile(u)), "")
		}
	}
}

// harmlessSettings of a .wgetrc change how it asks, not what it writes or runs (Wget manual, "Wgetrc Commands").
var harmlessSettings = wordSet("robots timeout tries wait waitretry random_wait retry_connrefused use_proxy continue quiet verbose user_agent dns_timeout connect_timeout read_timeout limit_rate progress recursive reclevel no_parent follow_ftp passive_ftp timestamping server_response")

// download is every other tool that fetches addresses: options are told apart by their look alone.
func download(e *eval) {
	out := value.Str{}
	toFile := oneOf(e.name, "aria2c", "axel", "lwp-download", "httrack", "yt-dlp", "youtube-dl", "fetch", "ftpget")
	var urls []value.Str
	for i := 0; i < len(e.operands); i++ {
		o := e.operands[i]
		p := o.Prefix()
		switch {
		case oneOf(p, "-o", "--output", "--output-document", "--out") && o.Known() && i+1 < len(e.operands):
			i++
			out = e.operands[i]
		case strings.HasPrefix(p, "--out="):
			out, _ = o.Drop(6)
		case strings.HasPrefix(p, "--output="):
			out, _ = o.Drop(9)
		case strings.HasPrefix(p, "--on-download-"):
			_, c, _ := o.CutAny("=")
			e.run(Run{Argv: []value.Str{c}})
			e.hint("runs-option", sallyport.High, "an option of "+e.name+" runs a program")
		case oneOf(p, "-d", "--dir", "-x", "-s", "-j", "-k", "-u", "-p", "-H", "--header", "-X", "-A", "-a", "-n", "-c", "-t", "-f", "-P", "--exec") && o.Known() && i+1 < len(e.operands) && toFile:
			if i++; p == "--exec" {
				e.run(Run{Script: &e.operands[i], Lang: "sh"})
			}
		case strings.HasPrefix(p, "-"):
		case o.Contains("://"), !o.Contains("="), !o.Known() && !o.Contains("/"):
			urls = append(urls, o)
		case o.Contains("@"):
			if _, f, ok := o.CutAny("@"); ok {
				e.effect(sallyport.EffectRead, f, "sent")
			}
		}
	}
	if _, opts := e.words(); e.name == "ab" || e.name == "siege" || e.name == "hey" {
		for _, o := range []string{"-p", "-u", "-D", "-f"} {
			if f, ok := opts[o]; ok && !f.Empty() && !f.Contains("://") {
				e.sendTo(fileEnd(f), urls)
			}
		}
	}
	for i, u := range urls {
		c, _ := u.Const()
		switch f, isFile := fileURL(u); {
		case isFile:
			e.input(f)
		case strings.HasPrefix(c, "/") || strings.HasPrefix(c, "./"):
			if e.name == "lwp-download" || i > 0 {
				out = u
				continue
			}
			e.input(u)
		case e.name == "lwp-download" && i > 0:
			out = u
		case oneOf(c, "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"):
		default:
			e.effect(sallyport.EffectConnect, u, "")
			e.sources = append(e.sources, End{Net, u})
			if out.Empty() && toFile {
				out = urlFile(u)
			}
		}
	}
	if !out.Empty() {
		e.noStdout = true
		e.output(sallyport.EffectWrite, out, "")
	}
}
