package store_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport/ledger"
	"sallyport/store"
)

var killLoops = flag.Int("kill-loops", 6, "how often TestKill kills the writer")

const killEnv = "SALLYPORT_KILL_TEST"

func TestMain(m *testing.M) {
	if arg := os.Getenv(killEnv); arg != "" {
		writeUntilKilled(arg)
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// killState opens the log of a kill test with a key that lies beside it.
func killState(dir string) (*store.DB, *ledger.Log, *ledger.FileGuard, error) {
	ctx := context.Background()
	keys, err := os.ReadFile(filepath.Join(dir, "key"))
	if err != nil {
		return nil, nil, nil, err
	}
	skey, vkey, _ := strings.Cut(string(keys), "\n")
	signer, err := note.NewSigner(skey)
	if err != nil {
		return nil, nil, nil, err
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return nil, nil, nil, err
	}
	guard := ledger.NewFileGuard(db.GuardPath())
	size, _, err := db.Head(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := ledger.Open(ctx, db, signer, verifier, guard, ledger.Options{Create: size == 0})
	return db, l, guard, err
}

// writeUntilKilled appends from many writers and prints the index of each entry once it is acknowledged.
func writeUntilKilled(dir string) {
	_, l, _, err := killState(dir)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	if _, err := ledger.StartTiles(context.Background(), l, filepath.Join(dir, "tiles"), 5*time.Millisecond); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var mu sync.Mutex // one line at a time
	tb := &testing.B{}
	for w := range 16 {
		go func() {
			for i := 0; ; i++ {
				entry := decided(tb, w<<20+i)
				t, index, err := l.Enqueue(entry)
				if err == nil {
					err = t.Wait(context.Background())
				}
				if err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(index, tlog.RecordHash(entry))
				mu.Unlock()
			}
		}()
	}
	select {}
}

// kill -9 at random moments, with writers and tiles under way: what was acknowledged is there, in its place; the log opens and goes on;
// no checkpoint contradicts an earlier one; the tiles continue.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	skey, vkey, err := note.GenerateKey(nil, "kill.example/log")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "key"), []byte(skey+"\n"+vkey), 0o600); err != nil {
		t.Fatal(err)
	}
	acked := map[int64]string{}
	var kept []ledger.Checkpoint
	for loop := range *killLoops {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killEnv+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(100*time.Millisecond+rand.N(400*time.Millisecond), func() { cmd.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var index int64
			var hash string
			if n, _ := fmt.Sscan(lines.Text(), &index, &hash); n == 2 && len(hash) == 44 {
				if was, ok := acked[index]; ok && was != hash {
					t.Fatalf("loop %d: index %d was acknowledged twice, for different entries", loop, index)
				}
				acked[index] = hash
			} else if strings.HasPrefix(lines.Text(), "error") {
				t.Fatalf("loop %d: %s", loop, lines.Text())
			}
		}
		kill.Stop()
		cmd.Wait() // killed: its error says so
		kept = append(kept, surviving(t, dir, loop, acked, kept))
	}
	t.Logf("%d kills, %d entries acknowledged, none lost", *killLoops, len(acked))
	if len(acked) == 0 {
		t.Error("nothing was acknowledged before the kills")
	}
}

// surviving opens what a kill left and checks everything.
func surviving(t *testing.T, dir string, loop int, acked map[int64]string, kept []ledger.Checkpoint) ledger.Checkpoint {
	t.Helper()
	db, l, guard, err := killState(dir)
	if err != nil {
		t.Fatalf("loop %d: %v", loop, err)
	}
	defer db.Close()
	defer guard.Close()
	defer l.Close()
	var tree ledger.Tree
	roots := map[int64]ledger.Hash{}
	found := 0
	err = l.Each(t.Context(), 0, func(index int64, entry []byte) error {
		h := tlog.RecordHash(entry)
		tree.Add(h)
		roots[tree.Size()] = tree.Root()
		if want, ok := acked[index]; ok {
			found++
			if want != h.String() {
				t.Errorf("loop %d: entry %d is not what was acknowledged", loop, index)
			}
		}
		return nil
	})
	if err != nil || found != len(acked) {
		t.Fatalf("loop %d: %d of %d acknowledged entries are there: %v", loop, found, len(acked), err)
	}
	for _, c := range kept {
		if roots[c.Size] != c.Root {
			t.Errorf("loop %d: the checkpoint of %d entries is contradicted", loop, c.Size)
		}
	}
	if tree.Size() == 0 {
		return ledger.Checkpoint{}
	}
	head, _, err := ledger.OpenCheckpoint(l.Checkpoint(), l.Verifier())
	if err != nil || head.Size != tree.Size() || head.Root != tree.Root() {
		t.Fatalf("loop %d: checkpoint of %d for %d entries: %v", loop, head.Size, tree.Size(), err)
	}
	tiler, err := ledger.StartTiles(t.Context(), l, filepath.Join(dir, "tiles"), time.Hour)
	if err != nil {
		t.Fatalf("loop %d: tiles: %v", loop, err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := tiler.Close(); err != nil {
		t.Error(err)
	}
	return head
}
