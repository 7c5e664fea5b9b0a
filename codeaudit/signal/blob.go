package signal

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"sallyport/codeaudit/change"
)

// Contents that nobody can read in a diff.

// magics are the first bytes of formats that are programs or packages of files.
var magics = []struct {
	bytes   string
	what    string
	program bool
}{
	{"\x7fELF", "ELF program", true}, {"MZ", "Windows program", true}, {"\xca\xfe\xba\xbe", "Java class or Mach-O program", true}, {"\xcf\xfa\xed\xfe", "Mach-O program", true},
	{"\xce\xfa\xed\xfe", "Mach-O program", true}, {"\x00asm", "WebAssembly", true}, {"!<arch>\n", "static library", true}, {"dex\n", "Dalvik program", true},
	{"\xfd7zXZ", "xz archive", false}, {"PK\x03\x04", "zip archive", false}, {"\x1f\x8b", "gzip archive", false}, {"BZh", "bzip2 archive", false}, {"7z\xbc\xaf", "7z archive", false},
	{"\x28\xb5\x2f\xfd", "zstd archive", false}, {"Rar!", "rar archive", false}, {"]\x00\x00", "lzma archive", false},
}

// looks are formats that are looked at, not run, with how their bytes begin.
var looks = map[string][]string{
	".png": {"\x89PNG"}, ".jpg": {"\xff\xd8\xff"}, ".jpeg": {"\xff\xd8\xff"}, ".gif": {"GIF8"}, ".ico": {"\x00\x00\x01\x00", "\x89PNG"}, ".pdf": {"%PDF"}, ".webp": {"RIFF"},
	".bmp": {"BM"}, ".woff": {"wOFF"}, ".woff2": {"wOF2"}, ".ttf": {"\x00\x01\x00\x00", "true"}, ".otf": {"OTTO"}, ".eot": nil, ".icns": {"icns"}, ".mp3": nil, ".mp4": nil, ".wav": {"RIFF"},
	".ogg": {"OggS"}, ".svgz": {"\x1f\x8b"}, ".psd": {"8BPS"}, ".tif": nil, ".tiff": nil, ".gmo": nil, ".mo": nil, ".odt": {"PK"}, ".doc": nil, ".docx": {"PK"}, ".xls": nil, ".ppt": nil, ".key": nil, ".webm": nil, ".avi": nil, ".fig": nil, ".sketch": nil, ".dia": nil,
}

// scanBlob looks at a content that has no lines.
func (s *scan) scanBlob(f *file) {
	if !f.Binary() || f.Kind == change.Deleted || f.NewBlob == "" || f.Kind == change.Renamed && f.OldBlob == f.NewBlob || f.Kind == change.Mode {
		return
	}
	blob := s.Blobs[f.NewBlob]
	ext := strings.ToLower(path.Ext(f.Path))
	begins, picture := looks[ext]
	size := ""
	if blob.Size > 0 {
		size = fmt.Sprintf("%d bytes", blob.Size)
	}
	fired := blob.Head[:min(len(blob.Head), 32)]
	for _, m := range magics {
		if !bytes.HasPrefix(blob.Head, []byte(m.bytes)) {
			continue
		}
		if m.program {
			s.addFile("blob.program", f, fired, 1, strings.TrimSpace(m.what+" "+size))
		} else if picture && !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(m.bytes, b) }) && begins != nil {
			s.addFile("blob.disguised", f, fired, 1, m.what+" under the name of a picture or document")
		} else if picture {
			return
		} else {
			s.addFile("blob.opaque", f, fired, blobStrength(f, 0.9), strings.TrimSpace(m.what+" "+size))
		}
		return
	}
	if picture {
		if len(blob.Head) >= 8 && begins != nil && !slices.ContainsFunc(begins, func(b string) bool { return bytes.HasPrefix(blob.Head, []byte(b)) }) {
			s.addFile("blob.disguised", f, fired, 0.8, "does not begin as its name says")
		}
		return
	}
	switch ext {
	case ".so", ".dll", ".dylib", ".a", ".o", ".lib", ".exe", ".jar", ".class", ".pyc", ".node", ".wasm", ".whl", ".apk":
		s.addFile("blob.program", f, fired, 0.9, strings.TrimSpace("by its name a program "+size))
	default:
		if f.Lang&programs != 0 && f.Role != Test {
			s.addFile("blob.disguised", f, fired, 0.7, "source text that git holds for binary")
			return
		}
		s.addFile("blob.opaque", f, fired, blobStrength(f, 0.8), size)
	}
}

// blobStrength: a binary among tests is what tests of a parser need, and where bytes have been hidden before. Replacing one
// says less to a reader than adding it, so it weighs as much.
func blobStrength(f *file, strength float64) float64 {
	if f.Role == Test {
		return strength * 0.95
	}
	return strength
}

// scanBlobReferences connects opaque contents with text of the same commit that names them, and finds build files that begin
// to name files of a test.
func (s *scan) scanBlobReferences() {
	var opaque []*file
	for _, f := range s.files {
		if s.has("blob.opaque", f.Path) || s.has("blob.program", f.Path) || s.has("blob.disguised", f.Path) {
			opaque = append(opaque, f)
		}
	}
	for _, b := range opaque[:min(len(opaque), 50)] {
		name := []byte(path.Base(b.Path))
		if !bytes.ContainsRune(name, '.') { // a bare word is everywhere
			name = []byte("/" + string(name))
		}
		if len(name) < 5 {
			continue
		}
		for _, f := range s.files {
			if f.Role != Build && f.Role != CI || f.Binary() {
				continue
			}
			for _, h := range f.Hunks {
				for i, text := range h.New {
					if at := bytes.Index(text, name); at >= 0 {
						strength := 1.0
						if bytes.Contains(text, []byte("EXTRA_DIST")) || len(bytes.TrimSpace(text)) <= len(b.Path)+3 {
							strength = 0.3 // a list of files to ship
						}
						s.add("blob.used-by-build", f, h.NewLine+i, false, text, at, at+len(name), strength, b.Path)
					}
				}
			}
		}
	}
}
