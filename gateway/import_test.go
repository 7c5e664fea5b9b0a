package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"sallyport"
	"sallyport/gateway"
	"sallyport/gateway/gatewaytest"
	"sallyport/ledger"
	"sallyport/store"
)

const rosterHead = "person,name,fact,value,evidence_kind,evidence_reference,verifier,verified,until\n"

// rosterOf writes a roster of n people with five facts and a role each.
func rosterOf(n int) []byte {
	var b strings.Builder
	b.WriteString(rosterHead)
	countries := []string{"FR", "DE", "US", "IR", "NO"}
	for i := range n {
		id, c := fmt.Sprintf("p%06d", i), countries[i%len(countries)]
		fmt.Fprintf(&b, "%s,Person %d,citizenship,%s,passport,P-%d,ada,2026-01-05,2036-01-05\n", id, i, c, i)
		fmt.Fprintf(&b, "%s,,location,%s:document:medium,contract,C-%d,ada,2026-01-05,2036-01-05\n", id, c, i)
		fmt.Fprintf(&b, "%s,,employer,staff:%s:Works %d,contract,C-%d,ada,2026-01-05,2036-01-05\n", id, c, i%50, i)
		fmt.Fprintf(&b, "%s,,screening:organization,organization:1,record,S-%d,ada,2026-01-05,2036-01-05\n", id, i)
		fmt.Fprintf(&b, "%s,,qualification:nginx:change,nginx:change:competent:exam,record,Q-%d,ada,2026-01-05,2036-01-05\n", id, i)
		fmt.Fprintf(&b, "%s,,role,engineer@web,,,,,\n", id)
	}
	return []byte(b.String())
}

func TestImport(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	file := rosterOf(20)
	before := w.Log.Size()
	dry, err := w.Import(ctx, ada, "csv", file, true)
	if err != nil || dry.Written || dry.Total != 140 || len(dry.Changes) != 140 || w.Log.Size() != before || !strings.Contains(dry.Changes[0].Says, "line 2: + p000000") {
		t.Fatalf("dry run: %+v, %v; %d entries", dry, err, w.Log.Size()-before)
	}
	did, err := w.Import(ctx, ada, "csv", file, false)
	if err != nil || !did.Written || did.First != before || w.Log.Size() != before+140 {
		t.Fatalf("import: %+v, %v", did, err)
	}
	again, err := w.Import(ctx, ada, "csv", file, false)
	if err != nil || again.Total != 0 || again.Written {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	people, err := w.People(ctx, ada, gateway.PeopleFilter{Facts: []gateway.FactTest{{Name: "citizenship", Value: "IR"}}})
	if err != nil || len(people) != 4 || len(people[0].Facts) != 5 || people[0].Facts[0].State != "known" {
		t.Errorf("%d people: %+v, %v", len(people), people, err)
	}
	// Bad rows are all named and nothing is written: what the file says, and what policy says.
	size := w.Log.Size()
	for name, c := range map[string]struct{ rows, want string }{
		"bad rows":     {"zoe,Zoe,citizenship,XX1,passport,P-1,ada,2026-01-05,\nzoe,,office,FR,contract,,ada,2026-01-05,\nyan,Yan,,,,,,,\n", "line 3"},
		"no name":      {"zoe,,office,FR,contract,C-1,ed,2026-01-05,\n", "line 2"},
		"own role":     {"zoe,Zoe,,,,,,,\nada,,role,escort@web,,,,,\n", "line 3"},
		"own facts":    {"zoe,Zoe,,,,,,,\nada,,citizenship,FR,passport,P-9,ed,2026-01-05,\n", "line 3"},
		"other system": {"zoe,Zoe,,,,,,,\nzoe,,role,escort@nowhere,,,,,\n", "line 3"},
	} {
		_, err := w.Import(ctx, ada, "csv", []byte(rosterHead+c.rows), false)
		if err == nil || !strings.Contains(err.Error(), c.want) || sallyport.CodeOf(err) == sallyport.Internal || w.Log.Size() != size {
			t.Errorf("%s: %v; %d entries were written", name, err, w.Log.Size()-size)
		}
		if _, err := w.Import(ctx, ada, "csv", []byte(rosterHead+c.rows), true); err == nil {
			t.Errorf("%s: a dry run takes it", name)
		}
	}
	for _, p := range []sallyport.PersonID{gatewaytest.Ed, gatewaytest.Ana, gatewaytest.Aud} {
		if _, err := w.Import(ctx, gatewaytest.As(p), "csv", file, true); sallyport.CodeOf(err) != sallyport.Forbidden {
			t.Errorf("%s imports: %v", p, err)
		}
	}
	// What was imported in one piece reads like what was written entry by entry.
	restart(t, w)
	if people, err := w.People(ctx, ada, gateway.PeopleFilter{Text: "p0000"}); err != nil || len(people) != 20 {
		t.Errorf("after a restart: %d people, %v", len(people), err)
	}
}

// TestImportEndsSessions: an import is a change like any other: who is no longer allowed is out before it is acknowledged (DESIGN 8.8).
func TestImportEndsSessions(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Profile: "fedramp"})
	ctx := t.Context()
	ada := gatewaytest.As(gatewaytest.Ada)
	if _, err := w.Revoke(ctx, ada, sallyport.Revoked{What: "country", Name: "CN", Reason: "ordered"}, false); err != nil {
		t.Fatal(err)
	}
	_, err := w.Import(ctx, ada, "csv", []byte(rosterHead+"ana,,citizenship,CN,passport,P-1,ed,2026-01-05,\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Explain(ctx, ada, gatewaytest.Ana, gatewaytest.System, sallyport.AskPropose, time.Time{})
	if err != nil || all[0].Allowed {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestImportAllOrNothing: whichever moment the write fails at, the ledger that is opened again has the whole roster or nothing of it,
// though it is many times what one group holds.
func TestImportAllOrNothing(t *testing.T) {
	for _, point := range []string{ledger.FaultBeforeCommit, ledger.FaultAfterCommit, ledger.FaultAfterGuard} {
		t.Run(point, func(t *testing.T) {
			memory := ledger.NewMemory()
			var armed sync.Map
			w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Store: memory, Fault: func(p string) error {
				if _, yes := armed.Load(p); yes {
					return errors.New("the power is gone")
				}
				return nil
			}})
			before, _, err := memory.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			armed.Store(point, true)
			_, err = w.Import(t.Context(), gatewaytest.As(gatewaytest.Ada), "csv", rosterOf(400), false)
			if sallyport.CodeOf(err) != sallyport.Unavailable {
				t.Fatalf("import: %v", err)
			}
			size, _, err := memory.Head(t.Context())
			if err != nil || size != before && size != before+400*7 {
				t.Errorf("%d of %d entries are there", size-before, 400*7)
			}
			if (point == ledger.FaultBeforeCommit) != (size == before) {
				t.Errorf("%s: %d entries", point, size-before)
			}
		})
	}
}

// TestImportBesideWork: while a roster is judged and written, sessions go on, and the ledger stays one that verifies.
func TestImportBesideWork(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true})
	s := w.Session()
	done := make(chan error, 1)
	go func() {
		_, err := w.Import(context.Background(), gatewaytest.As(gatewaytest.Ada), "csv", rosterOf(1500), false)
		done <- err
	}()
	worked := 0
	for running := true; running; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
			approved(t, w, s, fmt.Sprintf("echo %d", worked))
			worked++
		}
	}
	if worked == 0 {
		t.Error("nothing was done beside the import")
	}
	restart(t, w)
}

// BenchmarkImport imports a roster into a real state folder and asks for people in it. MB is what the process holds afterwards.
func BenchmarkImport(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			file := rosterOf(n)
			ctx := context.Background()
			ada := gatewaytest.As(gatewaytest.Ada)
			for b.Loop() {
				b.StopTimer()
				db, err := store.Open(ctx, b.TempDir(), store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				w := gatewaytest.Start(b, gatewaytest.Options{Quiet: true, Store: db, Guard: ledger.NewFileGuard(db.GuardPath()), Blobs: db.Blobs()})
				stop, stalls := make(chan struct{}), make(chan time.Duration, 1)
				go longestStall(w, stop, stalls)
				b.StartTimer()
				began := time.Now()
				v, err := w.Import(ctx, ada, "csv", file, false)
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				close(stop)
				b.ReportMetric(float64(v.Total)/time.Since(began).Seconds(), "entries/s")
				b.ReportMetric((<-stalls).Seconds()*1000, "stall-ms")
				timed := func(name string, f func() (int, error)) {
					began := time.Now()
					found, err := f()
					if err != nil || found == 0 {
						b.Fatalf("%s: %d, %v", name, found, err)
					}
					b.ReportMetric(float64(time.Since(began).Microseconds())/1000, name+"-ms")
				}
				list := func(f gateway.PeopleFilter) func() (int, error) {
					return func() (int, error) { p, err := w.People(ctx, ada, f); return len(p), err }
				}
				timed("page", list(gateway.PeopleFilter{After: "p000500", Limit: 200}))
				timed("fact-cold", list(gateway.PeopleFilter{Facts: []gateway.FactTest{{Name: "citizenship", Value: "IR"}}}))
				timed("fact-warm", list(gateway.PeopleFilter{Facts: []gateway.FactTest{{Name: "citizenship", Value: "IR"}}}))
				now := time.Now()
				record(b, w, gatewaytest.Sue, "office", "US", nil) // so that now is the past
				timed("at-cold", list(gateway.PeopleFilter{At: now, Limit: 200}))
				timed("at-warm", list(gateway.PeopleFilter{At: now, Limit: 200}))
				timed("who", func() (int, error) {
					a, err := w.Who(ctx, gatewaytest.As(gatewaytest.Aud), gateway.WhoQuestion{Deeds: gateway.Deeds, Facts: []gateway.FactTest{{Name: "citizenship", Value: "unknown"}}})
					return a.Total, err
				})
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
				_ = w.Close()
				_ = w.Log.Close()
				_ = db.Close()
				b.StartTimer()
			}
		})
	}
}

// longestStall measures how long the gateway's lock keeps a question waiting.
func longestStall(w *gatewaytest.World, stop chan struct{}, out chan time.Duration) {
	var longest time.Duration
	for {
		select {
		case <-stop:
			out <- longest
			return
		default:
			began := time.Now()
			w.Counts()
			longest = max(longest, time.Since(began))
			time.Sleep(time.Millisecond)
		}
	}
}

// FuzzImport: a dry run tells the truth: what it takes is written whole, what it refuses writes nothing.
func FuzzImport(f *testing.F) {
	f.Add([]byte(rosterHead+"uma,Uma,citizenship,FR,passport,P-1,ada,2026-01-05,\numa,,role,escort@web,,,,,\n"), false)
	f.Add([]byte(rosterHead+"ada,,role,escort@web,,,,,\n"), false)
	f.Add([]byte(rosterHead+"ana,,location,FR:stated:low,word,W,ed,2026-01-05,2026-01-06\n"), false)
	f.Add([]byte(`{"people":[{"person":"zoe","name":"Zoe","facts":[{"name":"office","value":{"country":"DE"},"evidence":{"kind":"k","reference":"r"},"verifier":"ed","verified":"2026-01-05T00:00:00Z"}]}]}`), true)
	w := gatewaytest.Start(f, gatewaytest.Options{Quiet: true})
	ada := gatewaytest.As(gatewaytest.Ada)
	f.Fuzz(func(t *testing.T, file []byte, isJSON bool) {
		format := "csv"
		if isJSON {
			format = "json"
		}
		before := w.Log.Size()
		dry, refused := w.Import(t.Context(), ada, format, file, true)
		if w.Log.Size() != before {
			t.Fatal("a dry run wrote")
		}
		did, err := w.Import(t.Context(), ada, format, file, false)
		if (err == nil) != (refused == nil) || err != nil && w.Log.Size() != before || err == nil && (w.Log.Size() != before+int64(dry.Total) || did.Total != dry.Total || did.Written != (dry.Total > 0)) {
			t.Fatalf("dry run %+v, %v; import %+v, %v; %d entries", dry, refused, did, err, w.Log.Size()-before)
		}
		if err != nil && (sallyport.CodeOf(err) == sallyport.Internal || sallyport.CodeOf(err) == sallyport.Unavailable) {
			t.Fatalf("%v", err)
		}
	})
}

// TestOriginIsNeverDerived: names, addresses of mail and network, and whatever else could hint at where somebody comes from, make no
// fact: it stays unknown, is shown as unknown, and a profile that asks denies.
func TestOriginIsNeverDerived(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{Quiet: true, Profile: "fedramp"})
	ctx := t.Context()
	for i, c := range []struct{ name, email, from string }{
		{"Jean-Pierre Dupont (Paris, UTC+1)", "jp@example.fr", "2.2.2.2"}, {"李伟", "li.wei@example.cn", "1.2.4.8"}, {"Иван Петров", "ivan@example.ru", "77.88.8.8"}, {"John Smith, USA", "john@army.example.mil", "::ffff:8.8.8.8"},
	} {
		id := sallyport.PersonID(fmt.Sprintf("p%d", i))
		details, err := sallyport.EncodeJSON(sallyport.PersonDetails{Name: c.name, Email: c.email})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.PersonAdded{Person: id}, details); err != nil {
			t.Fatal(err)
		}
		if err := w.Record(ctx, gatewaytest.As(gatewaytest.Ada), &sallyport.RoleAssigned{Person: id, Role: sallyport.RoleEngineer, System: "*"}); err != nil {
			t.Fatal(err)
		}
		caller := gateway.Caller{Person: id, Door: "ssh", From: c.from}
		if err := w.SignedIn(ctx, caller); err != nil {
			t.Fatal(err)
		}
		self, err := w.Self(ctx, caller)
		if err != nil || len(self.Facts) != 0 {
			t.Errorf("%s has facts that nobody recorded: %+v, %v", c.name, self.Facts, err)
		}
		why, err := w.Explain(ctx, caller, id, gatewaytest.System, sallyport.AskPropose, time.Time{})
		if err != nil || why[0].Allowed || !strings.Contains(strings.Join(why[0].Facts, " "), "is unknown") {
			t.Errorf("%s: %+v, %v", c.name, why, err)
		}
		found := ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: id, Deeds: gateway.Deeds, Facts: []gateway.FactTest{{Name: "citizenship", Value: "unknown"}, {Name: "location", Value: "unknown"}}})
		if found.Total == 0 || found.Total != ask(t, w, gatewaytest.Aud, gateway.WhoQuestion{Person: id, Deeds: gateway.Deeds}).Total {
			t.Errorf("%s: %d rows with nothing known", c.name, found.Total)
		}
	}
}
