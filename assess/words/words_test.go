package words

import (
	"strings"
	"testing"

	"sallyport"
)

func TestEffectsBeginWithAVerb(t *testing.T) {
	kinds := []sallyport.EffectKind{sallyport.EffectRead, sallyport.EffectWrite, sallyport.EffectAppend, sallyport.EffectCreate, sallyport.EffectDelete, sallyport.EffectChmod, sallyport.EffectChown, sallyport.EffectMount,
		sallyport.EffectExec, sallyport.EffectConnect, sallyport.EffectListen, sallyport.EffectDNS, sallyport.EffectPrivilege, sallyport.EffectAccount, sallyport.EffectPersist, sallyport.EffectService, sallyport.EffectKernel,
		sallyport.EffectTamper, sallyport.EffectSecurityTool, sallyport.EffectCredential, sallyport.EffectInstall, sallyport.EffectRemoteExec, sallyport.EffectDatabase, sallyport.EffectKubernetes, sallyport.EffectCloud,
		sallyport.EffectProcess, sallyport.EffectIrreversible, sallyport.EffectUnknown}
	said := map[string]sallyport.EffectKind{}
	for _, k := range kinds {
		s := Effect(&sallyport.Effect{Kind: k, Target: "THING"})
		first, _, _ := strings.Cut(s, " ")
		if !strings.HasSuffix(first, "s") && first != "cannot" || !strings.Contains(s, "THING") {
			t.Errorf("%s: %q, want a verb and the target", k, s)
		}
		if other, twice := said[s]; twice {
			t.Errorf("%s and %s are both %q", k, other, s)
		}
		said[s] = k
	}
}

func TestEffectsInWords(t *testing.T) {
	for _, c := range []struct {
		e    sallyport.Effect
		want string
	}{
		{sallyport.Effect{Kind: sallyport.EffectConnect, Target: "203.0.113.77:443"}, "connects to 203.0.113.77 port 443"},
		{sallyport.Effect{Kind: sallyport.EffectService, Target: "nginx", Detail: "restart"}, "restarts the service nginx"},
		{sallyport.Effect{Kind: sallyport.EffectService, Target: "nginx", Detail: "enable"}, "makes the service nginx start by itself whenever the machine starts"},
		{sallyport.Effect{Kind: sallyport.EffectInstall, Target: "jq"}, "installs software: jq"},
		{sallyport.Effect{Kind: sallyport.EffectInstall, Target: "jq", Detail: "removed"}, "removes software: jq"},
		{sallyport.Effect{Kind: sallyport.EffectMount, Target: "/data", Detail: "unmounts"}, "unmounts /data"},
		{sallyport.Effect{Kind: sallyport.EffectDelete, Target: "/srv", Detail: "with everything in it", Principal: "root (sudo)"}, "deletes /srv with everything in it, as root (sudo)"},
	} {
		if got := Effect(&c.e); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func finding(rule string, level sallyport.Verdict, line int, message string) sallyport.Finding {
	return sallyport.Finding{Rule: rule, Level: level, Message: message, Lines: sallyport.Span{line, line}}
}

// TestTheFirstSentenceDecides: whatever else a script does, its first sentence is the gravest thing, and a theft comes before the download
// that ordinary installers do too.
func TestTheFirstSentenceDecides(t *testing.T) {
	restart := sallyport.Effect{Kind: sallyport.EffectService, Target: "nginx", Detail: "restart", Level: sallyport.Medium, Lines: sallyport.Span{2, 2}}
	for _, c := range []struct {
		name     string
		findings []sallyport.Finding
		want     string
	}{
		{"one", []sallyport.Finding{finding("secret-leaves", sallyport.Critical, 9, "Sends X to Y.")}, "Sends X to Y (line 9). Otherwise restarts the service nginx."},
		{"none", []sallyport.Finding{finding("persist-boot", sallyport.Medium, 9, "Makes X start.")}, "Restarts the service nginx."},
		{"installer", []sallyport.Finding{finding("remote-code", sallyport.High, 1, "Runs code."), finding("data-destroyed", sallyport.High, 9, "Deletes D.")},
			"Deletes D (line 9). Runs code (line 1). Otherwise restarts the service nginx."},
		{"hidden", []sallyport.Finding{finding("data-destroyed", sallyport.High, 3, "Deletes D."), finding("defence-off", sallyport.High, 9, "Stops F."), finding("hidden-code", sallyport.High, 9, "Runs code that cannot be read."), finding("hidden-effect", sallyport.High, 9, "Hides that it stops F.")},
			"Stops F (line 9, in code that cannot be read). Deletes D (line 3). Otherwise restarts the service nginx."},
		{"only hidden", []sallyport.Finding{finding("hidden-code", sallyport.High, 9, "Runs code that cannot be read.")}, "Runs code that cannot be read (line 9). Otherwise restarts the service nginx."},
		{"many", []sallyport.Finding{finding("a", sallyport.High, 1, "A."), finding("b", sallyport.High, 3, "B."), finding("c", sallyport.High, 4, "C."), finding("d", sallyport.High, 5, "D.")},
			"A (line 1). B (line 3). C (line 4). And one more grave thing. Otherwise restarts the service nginx."},
	} {
		a := sallyport.Assessment{Findings: c.findings, Effects: []sallyport.Effect{restart}}
		if got := Summary(&a); got != c.want {
			t.Errorf("%s:\n got  %q\n want %q", c.name, got, c.want)
		}
	}
	if got := Summary(&sallyport.Assessment{}); got != "Only looks at things and prints text." {
		t.Errorf("nothing: %q", got)
	}
	if got := Summary(&sallyport.Assessment{Unknown: []sallyport.Unknown{{Why: "x"}}}); !strings.Contains(got, "Not understood") {
		t.Errorf("unknown: %q", got)
	}
}

func TestAdviceNamesTheLine(t *testing.T) {
	a := sallyport.Assessment{Findings: []sallyport.Finding{{Rule: "secret-leaves", Level: sallyport.Critical, Lines: sallyport.Span{4, 4}, File: "./fix.sh", FileLines: sallyport.Span{7, 8}}}}
	got := Advice(&a)
	if len(got) != 1 || !strings.Contains(got[0], "line 7 of ./fix.sh") {
		t.Errorf("got %q, want one that names line 7 of ./fix.sh", got)
	}
}

// FuzzSummary: no finding and no effect makes a summary panic, empty or without an end.
func FuzzSummary(f *testing.F) {
	f.Add("secret-leaves", "Sends X.", "/x", 3)
	f.Add("hidden-code", "", "", 0)
	f.Fuzz(func(t *testing.T, rule, message, target string, line int) {
		a := sallyport.Assessment{Findings: []sallyport.Finding{finding(rule, sallyport.High, line, message), finding("hidden-code", sallyport.High, line, message)},
			Effects: []sallyport.Effect{{Kind: sallyport.EffectKind(rule), Target: target, Detail: message}}}
		if s := Summary(&a); s == "" || !strings.HasSuffix(s, ".") {
			t.Errorf("%q", s)
		}
	})
}
