package web

import (
	"strings"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
)

// shows fills the gallery's pages of recordings and of what is in force. Every text that somebody else wrote is hostile.
func (f *fake) shows(now time.Time, sess gateway.SessionView, eve, ed gateway.Party) {
	asked := sess
	asked.ID, asked.State, asked.Escort, asked.Actions, asked.Waiting, asked.Can = "S-5", "requested", nil, nil, []string{"The session needs its own approval before it opens."}, []string{"approve", "end"}
	ended := sess
	ended.ID, ended.State, ended.Why, ended.Can = "S-6", "ended", "done <img src=x onerror=alert(1)>", nil
	f.SessionsFn = func(state string) (gateway.SessionsPage, error) {
		if state == "ended" {
			return gateway.SessionsPage{Sessions: []gateway.SessionView{ended}, Next: 7}, nil
		}
		return gateway.SessionsPage{Sessions: []gateway.SessionView{asked, sess}}, nil
	}
	exit := 3
	start := now.Add(-12 * time.Minute)
	first := gateway.ReplayAction{ActionSummary: sess.Actions[0], Full: true, Started: start, Parts: 2, Bytes: 900}
	second := gateway.ReplayAction{ActionSummary: sess.Actions[1], Full: true, Started: start.Add(4 * time.Minute), Parts: 2, Bytes: 400}
	second.Exit = &exit
	f.ReplayFn = func(gateway.Caller, sallyport.SessionID) (gateway.Replay, error) {
		return gateway.Replay{Session: ended, Actions: []gateway.ReplayAction{first, second}, Watched: []gateway.WatchedView{{By: ed, At: now.Add(-time.Minute), Action: "A-0", Why: "yearly <b>review</b>"}}}, nil
	}
	frame := func(at int64, kind, data string) gateway.ReplayFrame {
		return gateway.ReplayFrame{At: at * 1000, Kind: kind, Data: []byte(data)}
	}
	f.WatchFn = func(_ gateway.Caller, id sallyport.ActionID, part int) (gateway.ReplayPart, error) {
		p := gateway.ReplayPart{Action: id, Part: part, Parts: 2, Full: true, Start: start, Last: part == 1}
		switch {
		case id == "A-1" && part == 1:
			return p, sallyport.Errorf(sallyport.Unavailable, "this part of the recording cannot be read")
		case id == "A-1":
			p.Start, p.Parts, p.Last = second.Started, 1, true
			p.Frames = []gateway.ReplayFrame{frame(100, "out", "second action\n"), frame(60_000, "err", "failed after a minute: \u202egnp.exe\n"), frame(60_010, "exit", "\x00\x00\x00\x03")}
		case part == 0:
			p.Frames = []gateway.ReplayFrame{frame(50, "out", "\x1b[2J\x1b[1;1H$ approved by everyone\x1b]0;owned\x07\x1bP+q\x1b\\\n"), frame(400, "out", "● web-worker@1 <script>alert(1)</script>\n"), frame(700, "err", "warn\x1b[0ming: half a line")}
		default:
			p.Frames = []gateway.ReplayFrame{frame(900, "out", strings.Repeat("long ", 200)+"\n"), frame(1200, "out", "\xff\xfe bad bytes, \u0440assword\u200b and\r\noverwritten\rfaked\n"), frame(1300, "exit", "\x00\x00\x00\x00")}
		}
		return p, nil
	}
	set, err := policy.Open("fedramp")
	if err != nil {
		panic(err)
	}
	own := gateway.ProfileView{Profile: "own", Title: "Own <script>alert(1)</script>", Version: "2026-12-01", Systems: []sallyport.SystemID{}, Lists: []string{}, Summary: "# Own\n\n<img src=x onerror=alert(1)> `code` and\n\n| a | b |\n|---|---|\n| <b>x</b> | y |\n\n- [link](javascript:alert(1))\n"}
	shown := gateway.ProfileView{Profile: set.Name(), Title: set.Profile().Title, Version: set.Version(), Content: set.Digest(), Shipped: true, Systems: []sallyport.SystemID{"web"}, Summary: set.Summary(), Lists: set.Profile().Lists}
	for _, p := range set.Parameters() {
		shown.Parameters = append(shown.Parameters, gateway.ParameterView{Name: p[0], Value: p[1]})
	}
	for _, r := range set.Rules() {
		shown.Rules = append(shown.Rules, gateway.RuleView(r))
	}
	f.ProfilesFn = func() ([]gateway.ProfileView, error) { return []gateway.ProfileView{own, shown}, nil }
	f.ListsFn = func() ([]gateway.ListView, error) {
		return []gateway.ListView{
			{List: "covered-nations", Title: "Covered nations of 10 U.S.C. 4872(d)(2)", Version: "2026-11-21", Source: "10 U.S.C. 4872(d)(2), https://law.example/4872 <b>", Confirmed: true, Members: []string{"CN", "IR", "KP", "RU"}, ReadBy: []string{"dod-il4"}},
			{List: "ear-group-d", Title: "EAR Country Group D", Version: "2026-11-21", Source: "15 CFR Part 740", Note: "Not read for this release.", ReadBy: []string{"dod-il4", "dod-il5"}},
		}, nil
	}
	f.DiffFn = func(string, gateway.PolicyDraft) (gateway.PolicyChange, error) {
		return gateway.PolicyChange{Profile: "open", Was: "2026-11-21", Is: "2026-12-01", Cases: "2 cases of 40 not as they should be", Added: []string{"<b>new</b>"}, Removed: []string{"old-rule"}, Parameters: []string{"ceiling: propose -> advise"}, Missing: []string{"ear-group-d: its members are not confirmed"},
			Changes: []gateway.AnswerChange{{Person: "eve", Name: "Eve <i>Å</i>", System: "web", Ask: "propose", Was: true, By: []string{"No session goes further than the profile's ceiling."}}}, Sessions: []sallyport.SessionID{"S-1"}, People: 3, Systems: []sallyport.SystemID{"web"}, Archive: []byte("{}")}, nil
	}
	f.DisclosuresFn = func() ([]gateway.DisclosureView, error) {
		return []gateway.DisclosureView{
			{System: "db", Profile: "open", Versions: []gateway.DisclosureVersion{}, Blocked: []gateway.BlockedView{}},
			{System: "web", Profile: "fedramp", Asked: true, Versions: []gateway.DisclosureVersion{{Version: "2", Countries: []string{"FR", "SE"}, Employers: []string{"Contoso <b>GmbH</b>"}, By: ed, At: now}, {Version: "1", Countries: []string{"FR"}, Employers: []string{}, By: ed, At: now.Add(-time.Hour)}},
				Blocked: []gateway.BlockedView{{Person: "eve", Name: eve.Name, Ask: "propose", Why: []string{"The system's disclosure does not list the person's employer, or the employer is not known."}, Facts: []string{"The employer of eve is Fabrikam <script>."}}}},
		}, nil
	}
	f.ApprovalsFn = func() ([]gateway.ApprovalView, error) {
		return []gateway.ApprovalView{{ApprovalRecorded: sallyport.ApprovalRecorded{Approval: "P-1", System: "web", Countries: []string{"FR"}, From: now.Add(-time.Hour), Until: now.Add(20 * 24 * time.Hour), Document: sallyport.Digest(strings.Repeat("ab", 32))}, State: "in force", By: ed, At: now}}, nil
	}
	f.RunbooksFn = func() ([]gateway.RunbookView, error) {
		return []gateway.RunbookView{
			{Runbook: "restart", System: "web", Targets: []sallyport.TargetID{"web-01"}, Text: sallyport.RunbookText{Title: "Restart <b>one</b> worker", Text: []byte("systemctl restart web-worker@1 # \u202e"), Login: "deploy", Interpreter: "/bin/sh"}, Until: now.Add(time.Hour), Escort: eve, Second: ed, State: "waits for its second person", Can: []string{"second", "withdraw"}},
			{Runbook: "old", System: "web", Until: now.Add(-time.Hour), Escort: ed, Second: eve, State: "over", Can: []string{}},
		}, nil
	}
	until := now.Add(5 * 24 * time.Hour)
	f.WhoAnswer = gateway.WhoAnswer{Size: 900, Total: 3, Deeds: map[string]int{"saw": 2, "ran": 1}, People: []sallyport.PersonID{"eve"}, Systems: []sallyport.SystemID{"web"}, Asked: []sallyport.SystemID{"*", "web"}, Next: 44, Rows: []gateway.WhoRow{
		{Index: 41, Time: now, Person: "eve", Name: eve.Name, Deed: "saw", Kind: "output.released", Session: "S-1", System: "web", Action: "A-0", Target: "web-01", Says: "Output of A-0 was released <img src=x onerror=alert(1)>",
			Content: []gateway.Content{{What: "released output", Digest: "ab", Bytes: 12, Text: "\x1b[2J<script>alert(1)</script>"}, {What: "recording", Withheld: "you may not look at it"}},
			Facts:   []gateway.FactView{{Name: "employer", State: "known", Value: map[string]any{"value": map[string]string{"name": "Contoso <b>GmbH</b>", "country": "FR"}}}, {Name: "location", State: "expired"}}},
		{Index: 42, Time: now, Person: "eve", Name: eve.Name, Deed: "ran", Kind: "action.started", Says: "It ran", Facts: []gateway.FactView{}}}}
	f.EndingView = gateway.EndingView{Ends: []gateway.Ending{{Until: until, What: "fact", Name: "location", Person: "eve"}, {Until: until.Add(time.Hour), What: "acceptance", Name: "RA-1 of <b>x</b>", System: "web"}}, Lists: []gateway.ListAge{{Name: "ear-group-d", Version: "2026-11-21"}}}
	f.Revoked = []gateway.RevocationView{{Revoked: sallyport.Revoked{What: "person", Name: "zoe", Reason: "left <b>us</b>"}, By: ed, At: now.Add(-time.Hour), Can: true}, {Revoked: sallyport.Revoked{What: "all", Reason: "drill"}, By: ed, At: now}}
}
