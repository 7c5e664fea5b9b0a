package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// dist is what `npm run build` made of ui: committed, so that Go alone builds the console.
//
//go:embed all:ui/dist
var dist embed.FS

// pageMark is the text in index.html that is replaced by the version of the console.
const pageMark = "__PAGE__"

// console serves the files of the console from memory. Every path without a file is the one page: the page reads the path.
type console struct {
	files map[string]asset
	page  string // version of the console: "console:" and the start of the digest of all its files
}

type asset struct {
	body []byte
	kind string
	etag string
}

// newConsole reads the embedded files. It panics where the build left them out: such a binary must not start.
func newConsole() *console {
	c := &console{files: map[string]asset{}}
	all := sha256.New()
	err := fs.WalkDir(dist, "ui/dist", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := dist.ReadFile(name)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(name, "ui/dist")
		fmt.Fprintf(all, "%s\x00%d\x00", rel, len(body))
		all.Write(body)
		kind := mime.TypeByExtension(path.Ext(rel))
		if path.Ext(rel) == ".woff2" {
			kind = "font/woff2"
		}
		c.files[rel] = asset{body: body, kind: kind}
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("embedded console: %v", err))
	}
	index, ok := c.files["/index.html"]
	if !ok || !bytes.Contains(index.body, []byte(pageMark)) {
		panic("embedded console: index.html is missing or carries no version mark")
	}
	c.page = "console:" + hex.EncodeToString(all.Sum(nil))[:32]
	index.body = bytes.ReplaceAll(index.body, []byte(pageMark), []byte(c.page))
	c.files["/index.html"] = index
	for name, f := range c.files {
		sum := sha256.Sum256(f.body)
		f.etag = `"` + hex.EncodeToString(sum[:16]) + `"`
		c.files[name] = f
	}
	return c
}

func (c *console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	f, ok := c.files[r.URL.Path]
	if !ok {
		if path.Ext(r.URL.Path) != "" {
			http.NotFound(w, r)
			return
		}
		f = c.files["/index.html"]
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", "no-cache") // ask again each time; the tag makes that cheap
	w.Header().Set("ETag", f.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}
