package gateway_test

import (
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/rules"
	"sallyport/workflow"
)

const office = `{"networks":[{"name":"oslo","network":"198.51.100.0/24","country":"NO","confidence":"medium","evidence":{"kind":"lease","reference":"L-1"}},` +
	`{"name":"oslo-guests","network":"198.51.100.64/26","country":"SE","confidence":"low","evidence":{"kind":"lease","reference":"L-2"}}]}`

// TestSessionLocation: a session carries what is known of where it is opened from, and nothing that is not (R1, R7).
func TestSessionLocation(t *testing.T) {
	for name, c := range map[string]struct {
		from, said, record string
		networks           bool
		want               string // location as policy sees it for the session; "" where the session has none of its own
		state              string
		opens              bool
	}{
		"nothing is known":            {from: "198.51.100.7", opens: false},
		"a listed network":            {from: "198.51.100.7:4711", networks: true, want: "NO:network-list:medium", state: "known", opens: true},
		"the smallest network":        {from: "198.51.100.70", networks: true, want: "SE:network-list:low", state: "known", opens: true},
		"another network":             {from: "203.0.113.7", networks: true, opens: false},
		"an address is not parsed":    {from: "oslo.example", networks: true, opens: false},
		"their own word":              {from: "203.0.113.7", said: "NO", want: "NO:stated:low", state: "self-asserted", opens: false},
		"word and network agree":      {from: "198.51.100.7", said: "NO", networks: true, want: "NO:network-list:medium", state: "known", opens: true},
		"word and network do not":     {from: "198.51.100.7", said: "FR", networks: true, want: "FR:stated:low", state: "self-asserted", opens: false},
		"a record is enough":          {from: "203.0.113.7", record: "NO:document:medium", opens: true},
		"record and network":          {from: "198.51.100.7", record: "NO:document:medium", networks: true, want: "NO:network-list:medium", state: "known", opens: true},
		"network against the record":  {from: "198.51.100.7", record: "DE:document:medium", networks: true, want: "NO:network-list:medium", state: "known", opens: false},
		"word agrees with the record": {from: "203.0.113.7", record: "NO:document:medium", said: "NO", want: "NO:stated:low", state: "self-asserted", opens: true},
		"word against the record":     {from: "203.0.113.7", record: "NO:document:medium", said: "CN", want: "CN:stated:low", state: "self-asserted", opens: false},
	} {
		t.Run(name, func(t *testing.T) {
			w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Profile: "fedramp"})
			ctx := t.Context()
			for fact, value := range map[string]string{"citizenship": "NO", "office": "NO", "employer": "staff:NO:Works", "screening": "organization:1"} {
				record(t, w, gatewaytest.Ana, fact, value, nil)
			}
			if c.record != "" {
				record(t, w, gatewaytest.Ana, "location", c.record, nil)
			}
			if c.networks {
				if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.NetworksSet{}, []byte(office)); err != nil {
					t.Fatal(err)
				}
			}
			ana := gateway.Caller{Person: gatewaytest.Ana, Door: "ssh", From: c.from}
			if c.said != "" {
				if err := w.StateLocation(ctx, ana, c.said); err != nil {
					t.Fatal(err)
				}
			}
			_, err := w.OpenSession(ctx, ana, gatewaytest.Ticket)
			if (err == nil) != c.opens {
				t.Fatalf("the session is asked for: %v", err)
			}
			if err != nil {
				if sallyport.CodeOf(err) != sallyport.Forbidden {
					t.Errorf("refused with %v", err)
				}
				return
			}
			rows := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: gatewaytest.Ana, Deeds: []string{gateway.DeedDid}, Facts: []gateway.FactTest{{Name: "location", Value: "NO"}}})
			if c.want == "" || c.want[:2] != "NO" {
				return
			}
			if len(rows.Rows) == 0 || rows.Rows[0].Kind != "session.requested" || rows.Rows[0].Facts[0].State != c.state {
				t.Errorf("who asked from NO: %+v", rows.Rows)
			}
		})
	}
}

// TestStatedLocationEnds: somebody's word is for the address that they said it from, and for some hours.
func TestStatedLocationEnds(t *testing.T) {
	clock := newClock(time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC))
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Now: clock.now})
	ctx := t.Context()
	stands := func(from string) bool {
		t.Helper()
		v, err := w.OpenSession(ctx, gateway.Caller{Person: gatewaytest.Ana, Door: "ssh", From: from}, gatewaytest.Ticket)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = w.End(ctx, gatewaytest.As(gatewaytest.Ana), v.ID, "done") }()
		a := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Session: v.ID, Person: gatewaytest.Ana, Deeds: []string{gateway.DeedDid}, Facts: []gateway.FactTest{{Name: "location", Value: "FR"}}})
		return a.Total > 0
	}
	if err := w.StateLocation(ctx, gateway.Caller{Person: gatewaytest.Ana, Door: "ssh", From: "203.0.113.7:1"}, "FR"); err != nil {
		t.Fatal(err)
	}
	if !stands("203.0.113.7:99") || stands("203.0.113.8:1") {
		t.Error("a word is for the address that it was said from")
	}
	clock.add(7 * time.Hour)
	if !stands("203.0.113.7:1") {
		t.Error("after seven hours it stands no more")
	}
	for _, bad := range []string{"", "fr", "XXX", "France"} {
		if err := w.StateLocation(ctx, gatewaytest.As(gatewaytest.Ana), bad); sallyport.CodeOf(err) != sallyport.Invalid {
			t.Errorf("country %q: %v", bad, err)
		}
	}
}

// TestLocationIsHeldToItsSource: rules refuse a session whose location nobody stands behind, whoever writes it: the gateway's own code, or an
// insider with the log's key, whose entries the auditor puts to the same rules.
func TestLocationIsHeldToItsSource(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.NetworksSet{}, []byte(office)); err != nil {
		t.Fatal(err)
	}
	s := workflow.New()
	if err := w.Log.Each(ctx, 0, func(_ int64, raw []byte) error {
		e, b, err := sallyport.DecodeEntry(raw)
		if err != nil {
			return err
		}
		return s.Apply(e, b, raw)
	}); err != nil {
		t.Fatal(err)
	}
	listed := sallyport.Fact{Name: "location", Value: sallyport.Location{Country: "NO", Method: "network-list", Confidence: "medium"},
		Evidence: sallyport.Evidence{Kind: "network list", Reference: "oslo", Digest: s.Networks.Content}, Verifier: gatewaytest.Ada, Verified: s.Networks.At}
	stated := sallyport.Fact{Name: "location", Value: sallyport.Location{Country: "NO", Method: "stated", Confidence: "low"},
		Evidence: sallyport.Evidence{Kind: "own word", Reference: "said"}, Verifier: gatewaytest.Ana, Verified: s.Now, SelfAsserted: true}
	for name, c := range map[string]struct {
		fact   sallyport.Fact
		change func(f *sallyport.Fact)
		legal  bool
	}{
		"as listed": {listed, func(*sallyport.Fact) {}, true},
		"as stated": {stated, func(*sallyport.Fact) {}, true},
		"another country": {listed, func(f *sallyport.Fact) {
			f.Value = sallyport.Location{Country: "FR", Method: "network-list", Confidence: "medium"}
		}, false},
		"more confidence": {listed, func(f *sallyport.Fact) {
			f.Value = sallyport.Location{Country: "NO", Method: "network-list", Confidence: "high"}
		}, false},
		"another network":      {listed, func(f *sallyport.Fact) { f.Evidence.Reference = "paris" }, false},
		"another list":         {listed, func(f *sallyport.Fact) { f.Evidence.Digest = sallyport.DigestOf([]byte("x")) }, false},
		"another verifier":     {listed, func(f *sallyport.Fact) { f.Verifier = gatewaytest.Ed }, false},
		"a later verification": {listed, func(f *sallyport.Fact) { f.Verified = f.Verified.Add(time.Second) }, false},
		"a method made up": {listed, func(f *sallyport.Fact) {
			f.Value = sallyport.Location{Country: "NO", Method: "device", Confidence: "high"}
		}, false},
		"a word by another": {stated, func(f *sallyport.Fact) { f.Verifier = gatewaytest.Ed }, false},
		"a word with weight": {stated, func(f *sallyport.Fact) {
			f.Value = sallyport.Location{Country: "NO", Method: "stated", Confidence: "high"}
		}, false},
		"a word as a record": {stated, func(f *sallyport.Fact) { f.SelfAsserted = false }, false},
		"no location at all": {stated, func(f *sallyport.Fact) {
			f.Name, f.Value = "citizenship", sallyport.Citizenship{Countries: []string{"NO"}}
		}, false},
	} {
		c.change(&c.fact)
		content, err := c.fact.Encode()
		if err != nil {
			t.Fatal(err)
		}
		ref, err := w.Blobs.Put(ctx, content)
		if err != nil {
			t.Fatal(err)
		}
		body := &sallyport.SessionRequested{Ticket: gatewaytest.Ticket, System: gatewaytest.System, Engineer: gatewaytest.Ana, Mode: sallyport.Propose, Until: s.Now.Add(time.Hour), Location: &ref}
		e := sallyport.Entry{Version: sallyport.EntryVersion, Kind: body.Kind(), Time: s.Now.Add(time.Second), By: gatewaytest.Ana, Session: "S-1"}
		if err := rules.New().Check(s, e, body, disclosed{t, w.Blobs}); (err == nil) != c.legal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type disclosed struct {
	t     *testing.T
	blobs gateway.Blobs
}

func (d disclosed) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	b, _, err := d.blobs.Get(d.t.Context(), ref.Digest)
	return b, err == nil
}
