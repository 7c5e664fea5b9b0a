package scope

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"sallyport"
	"sallyport/codeaudit/git"
)

// Push is a line of a server's log: who moved a reference.
type Push struct {
	Repo   string // "" is every repository
	Old    string // "" or zeros: the reference was made
	New    string
	Pusher string // account or address
}

// ParsePushLog reads a CSV with a header and the columns pusher and new (or commit), and if known repo, old, ref and time,
// in the order in which the pushes happened.
func ParsePushLog(text []byte) ([]Push, error) {
	r := csv.NewReader(strings.NewReader(string(text)))
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	head := map[string]int{}
	var list []Push
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "the push log is not a CSV file: %v", err)
		}
		if n == 0 {
			for i, name := range row {
				head[strings.ToLower(strings.TrimSpace(name))] = i
			}
			if _, ok := head["commit"]; ok {
				head["new"], head["old"] = head["commit"], head["commit"]
			}
			_, haveNew := head["new"]
			if _, ok := head["pusher"]; !ok || !haveNew {
				return nil, sallyport.Errorf(sallyport.Invalid, "the push log has no columns \"pusher\" and \"new\"").
					WithHint("begin it with: time,repo,ref,old,new,pusher; or: commit,pusher")
			}
			continue
		}
		get := func(name string) string {
			if i, ok := head[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		p := Push{Repo: get("repo"), Old: get("old"), New: get("new"), Pusher: get("pusher")}
		line, _ := r.FieldPos(0)
		if !git.IsHash(p.New) || p.Pusher == "" {
			return nil, sallyport.Errorf(sallyport.Invalid, "line %d of the push log has no full commit id or no pusher", line)
		}
		list = append(list, p)
	}
}

// Pushers works out who brought each commit of a history: the pusher of the first push that made it reachable.
func Pushers(h *git.History, repo string, log []Push) map[string]string {
	by := map[int32]string{}
	walk := func(start, who string) {
		at, ok := h.Index[start]
		if !ok {
			return
		}
		stack := []int32{at}
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if _, done := by[i]; done {
				continue
			}
			by[i] = who
			stack = append(stack, h.Nodes[i].Parents...)
		}
	}
	single := map[string]string{}
	for _, p := range log {
		if p.Repo != "" && p.Repo != repo {
			continue
		}
		if p.Old == p.New { // a log of commits, not of references
			if _, ok := h.Index[p.New]; ok {
				single[p.New] = p.Pusher
			}
			continue
		}
		walk(p.Old, "") // what was there before the log began
		walk(p.New, p.Pusher)
	}
	for i, who := range by {
		if who != "" && single[h.Nodes[i].Hash] == "" {
			single[h.Nodes[i].Hash] = who
		}
	}
	return single
}
