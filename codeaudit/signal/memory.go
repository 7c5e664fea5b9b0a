package signal

import (
	"bytes"
	"regexp"

	"sallyport/codeaudit/change"
)

// Lifetimes and locks: what a small "fix" of an error path does when it is not one. Nothing in the text tells the honest fix
// of a leak from a planted use after free; that these edits are read by someone who knows the object is what the signal asks for.

var (
	releases = regexp.MustCompile(`(?:^|[^\w])((?:k|kv|vk|x|g_|m|av_|zend_?|e|pe|Curl_?safe|OPENSSL_|ngx_p|sds|z|json_)?free(?:_\w+)?|\w+_free|\w+_put|put_\w+|\w+_unref|\w+_release|\w+_destroy|decrRefCount|Py_X?DECREF|kobject_put|of_node_put|put_device|kref_put|delete|efree|zval_ptr_dtor|OBJ_RELEASE|Release|drop)\s*\(\s*&?\*?\s*([\w.\->\[\]]+)`)
	acquires = regexp.MustCompile(`(?:^|[^\w]|\w\.)(R?[lL]ock|\w+_get|get_\w+|\w+_ref|incrRefCount|Py_X?INCREF|kobject_get|get_device|kref_get|\w+_addref|Z_ADDREF\w*|GC_ADDREF|\w*(?:spin|mutex|rw|raw_spin)_?lock\w*|rcu_read_lock|pthread_mutex_lock|atomic_inc\w*|refcount_inc\w*)\s*\(`)
	nulling  = regexp.MustCompile(`^\s*\*?[\w.\->\[\]]+\s*=\s*(?:NULL|nullptr|0)\s*;`)
	zeroing  = regexp.MustCompile(`\b(?:memset|bzero|explicit_bzero|memzero_explicit|OPENSSL_cleanse|sodium_memzero|wipe\w*|secure_\w*zero\w*)\s*\(`)
	unsafeC  = regexp.MustCompile(`(?:^|[^\w>.])((?:strcpy|strcat|sprintf|vsprintf|gets|alloca|stpcpy|lstrcpy[AW]?|wcscpy|_mbscpy)\s*\(.*|scanf\s*\([^)]*%s.*|memcpy\s*\([^;]*,\s*(?:strlen|ntohs|ntohl|be\d+toh|le\d+_to_cpu|\w*len\w*)\b.*)`)
	literal  = regexp.MustCompile(`(?:strcpy|strcat|sprintf|stpcpy)\s*\([^,]+,\s*"(?:[^"%]|%%|%[dux])*"`)
)

func (s *scan) scanMemory(f *file) {
	if f.Lang&(C|Rust|Go) == 0 || f.Role == Doc {
		return
	}
	reduced := 1.0
	if f.Role == Test {
		reduced = 0.2
	}
	small := f.added+f.removed <= 12
	strength := reduced
	if !small {
		strength *= 0.3
	}
	var removed, added = map[string]bool{}, map[string]bool{}
	for _, h := range f.Hunks {
		if f.removed == 0 || f.added+f.removed > 4000 {
			break // nothing to compare, or too much to say anything about lifetimes
		}
		for _, text := range h.Old {
			removed[squeeze(text)] = true
		}
		for _, text := range h.New {
			added[squeeze(text)] = true
		}
	}
	for i := range f.Hunks {
		h := &f.Hunks[i]
		s.lifetimes(f, h, removed, added, strength)
		if f.Lang != C {
			continue
		}
		for j, text := range h.New {
			if m := find(unsafeC, unsafeHints, text); m != nil && !removed[squeeze(text)] && !f.isComment(text) && !contains(h.Old, text[m[2]:min(m[3], m[2]+6)]) {
				fires := 0.7
				if literal.Match(text) {
					fires = 0.15
				} else if bytes.HasPrefix(text[m[2]:], []byte("memcpy")) {
					fires = 0.3
				}
				s.add("mem.unsafe", f, h.NewLine+j, false, text, m[2], m[3], fires*reduced, "")
			}
		}
	}
}

func (s *scan) lifetimes(f *file, h *change.Hunk, removed, added map[string]bool, strength float64) {
	if f.Kind == change.Added || f.Kind == change.Deleted || len(h.New) > 12 && len(h.Old) == 0 {
		return
	}
	for j, text := range h.New {
		if m := find(releases, releaseHints, text); m != nil && f.Lang == C && !removed[squeeze(text)] && !f.isComment(text) && len(h.New) <= 6 && !containsRelease(h.Old) {
			fires := 0.5
			if j+1 < len(h.New) && nulling.Match(h.New[j+1]) {
				fires = 0.25
			} else if len(h.New) <= 3 {
				fires = 0.95
			}
			s.add("mem.release-added", f, h.NewLine+j, false, text, m[2], m[1], fires*strength, "")
			break
		}
	}
	for j, text := range h.Old {
		if added[squeeze(text)] || f.isComment(text) || len(h.Old) > 8 {
			continue
		}
		switch {
		case f.Lang == C && bytes.ContainsRune(text, '=') && nulling.Match(text) && len(h.New) <= 1:
			fires := 0.8
			if !bytes.Contains(text, []byte("NULL")) && !bytes.Contains(text, []byte("nullptr")) {
				fires = 0.35
			}
			s.add("mem.reset-removed", f, h.OldLine+j, true, text, 0, len(text), fires*strength, "")
		case f.Lang == C && find(zeroing, zeroHints, text) != nil && !matches(h.New, zeroing, zeroHints):
			s.add("mem.reset-removed", f, h.OldLine+j, true, text, 0, len(text), 0.8*strength, "")
		case find(acquires, acquireHints, text) != nil && !matches(h.New, acquires, acquireHints) && len(h.New) <= len(h.Old):
			m := acquires.FindSubmatchIndex(text)
			s.add("mem.acquire-removed", f, h.OldLine+j, true, text, m[2], m[3], strength, "")
		}
	}
}

// Hints are parts of words one of which a line must hold before an expression is tried on it.
var (
	releaseHints = hints("free", "put", "unref", "elease", "destroy", "DECREF", "delete", "decrRef", "RELEASE", "dtor", "drop")
	acquireHints = hints("get", "lock", "ref", "Lock", "REF", "inc")
	unsafeHints  = hints("cpy", "cat", "printf", "gets", "alloca", "scanf")
	zeroHints    = hints("memset", "zero", "cleanse", "wipe")
)

func hints(words ...string) (out [][]byte) {
	for _, w := range words {
		out = append(out, []byte(w))
	}
	return out
}

func find(re *regexp.Regexp, hints [][]byte, text []byte) []int {
	if !hasAny(text, hints) || len(text) > maxLine {
		return nil
	}
	return re.FindSubmatchIndex(text)
}

func containsRelease(lines [][]byte) bool { return matches(lines, releases, releaseHints) }

func matches(lines [][]byte, re *regexp.Regexp, hints [][]byte) bool {
	for _, text := range lines {
		if find(re, hints, text) != nil {
			return true
		}
	}
	return false
}
