// Fsck reads a log that Sallyport wrote with the client of another project: transparency-dev/tessera's, which knows C2SP tlog-tiles and
// nothing of Sallyport. It recomputes the root from the entry bundles and every tile from the entries. A module of its own, so that the
// product does not depend on it.
//
// Usage: go run . FOLDER KEY, where FOLDER holds checkpoint and tile/, and KEY is the log's verifier key.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fsck FOLDER KEY")
		os.Exit(64)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "fsck:", err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

func check(folder, key string) error {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return err
	}
	return fsck.New(verifier.Name(), verifier, client.FileFetcher{Root: folder}, leaves, fsck.Opts{N: 1}).Check(context.Background())
}

// leaves gives the leaf hashes of an entry bundle (C2SP tlog-tiles, "Log Entries").
func leaves(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var out [][]byte
	for _, entry := range b.Entries {
		out = append(out, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return out, nil
}
