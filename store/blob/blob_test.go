package blob_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sallyport"
	"sallyport/store/blob"
)

func TestConformance(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) blob.Blobs{
		"memory": func(*testing.T) blob.Blobs { return blob.NewMemory() },
		"dir": func(t *testing.T) blob.Blobs {
			d, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"))
			if err != nil {
				t.Fatal(err)
			}
			return d
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, b := t.Context(), open(t)
			for _, content := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("long "), 1<<18)} {
				ref, err := b.Put(ctx, content)
				if err != nil || ref.Size != int64(len(content)) {
					t.Fatalf("put: %+v %v", ref, err)
				}
				got, salt, err := b.Get(ctx, ref.Digest)
				if err != nil || !bytes.Equal(got, content) || sallyport.RefOf(salt, got) != ref {
					t.Fatalf("get: %d bytes, %v", len(got), err)
				}
				if again, err := b.PutSalted(ctx, salt, content); err != nil || again != ref {
					t.Errorf("the same blob again: %+v %v", again, err)
				}
				other, err := b.Put(ctx, content)
				if err != nil || other.Digest == ref.Digest {
					t.Errorf("two blobs of one content have one name")
				}
				if has, err := b.Has(ctx, ref.Digest); !has || err != nil {
					t.Errorf("has: %v %v", has, err)
				}
				for range 2 {
					if err := b.Delete(ctx, ref.Digest); err != nil {
						t.Error(err)
					}
				}
				if has, err := b.Has(ctx, ref.Digest); has || err != nil {
					t.Errorf("has after delete: %v %v", has, err)
				}
				if _, _, err := b.Get(ctx, ref.Digest); sallyport.CodeOf(err) != sallyport.NotFound {
					t.Errorf("get after delete: %v", err)
				}
				if content, ok := (blob.Disclosed{Context: ctx, Blobs: b}).Blob(other); !ok || int64(len(content)) != other.Size {
					t.Errorf("disclosed: %v", ok)
				}
				if _, ok := (blob.Disclosed{Context: ctx, Blobs: b}).Blob(sallyport.BlobRef{Digest: other.Digest, Size: other.Size + 1}); ok {
					t.Error("a blob of another size is disclosed")
				}
			}
			if _, err := b.PutSalted(ctx, []byte("short"), nil); err == nil {
				t.Error("a short salt was taken")
			}
		})
	}
}

func TestDirIsNotTrusted(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := d.Put(t.Context(), []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, filepath.FromSlash(blob.Path(ref.Digest)))
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	good, _ := os.ReadFile(path)
	for name, b := range map[string][]byte{"flipped": append(bytes.Clone(good[:len(good)-1]), good[len(good)-1]^1), "cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 'x'), "empty": {}} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Get(t.Context(), ref.Digest); sallyport.CodeOf(err) != sallyport.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, digest := range []sallyport.Digest{"", "..", "../../../../etc/passwd", sallyport.Digest(strings.Repeat("A", 64)), sallyport.Digest(strings.Repeat("/", 64)), sallyport.Digest(strings.Repeat("0", 63))} {
		if _, _, err := d.Get(t.Context(), digest); sallyport.CodeOf(err) != sallyport.Invalid {
			t.Errorf("%q: %v", digest, err)
		}
		if err := d.Delete(t.Context(), digest); err == nil {
			t.Errorf("%q was deleted", digest)
		}
	}
}

// A folder that cannot be written is an error, and leaves nothing behind.
func TestUnwritable(t *testing.T) {
	root := filepath.Join(t.TempDir(), "blobs")
	d, err := blob.OpenDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(root); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root, []byte("not a folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), []byte("x")); err == nil {
		t.Error("a blob was stored in a file")
	}
}

// Many blobs at once are each what Put would have made, and one bad content stores none that anybody refers to.
func TestPutMany(t *testing.T) {
	d, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var contents [][]byte
	for i := range 300 {
		contents = append(contents, fmt.Appendf(nil, "content %d", i%100)) // some are equal: their blobs are not
	}
	refs, err := d.PutMany(t.Context(), contents)
	if err != nil || len(refs) != len(contents) {
		t.Fatalf("%d references, %v", len(refs), err)
	}
	seen := map[sallyport.Digest]bool{}
	for i, ref := range refs {
		got, _, err := d.Get(t.Context(), ref.Digest)
		if err != nil || !bytes.Equal(got, contents[i]) || ref.Size != int64(len(got)) || seen[ref.Digest] {
			t.Fatalf("blob %d: %q, %v, seen %v", i, got, err, seen[ref.Digest])
		}
		seen[ref.Digest] = true
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.PutMany(ctx, contents); err == nil {
		t.Error("it goes on although nobody waits")
	}
}
