package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
	"time"

	"sallyport/codeaudit/signal"
)

//go:embed page.html
var pageText string

// visible makes text of a repository harmless to read: invisible and bidirectional characters are written out. html/template
// escapes what it means to HTML.
func visible(text string) string {
	return strings.ReplaceAll(signal.Visible([]byte(text)), "\n", " ")
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"visible": visible,
	"day":     func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
	"short":   func(s string) string { return s[:min(len(s), 12)] },
	"percent": func(a, b int) float64 {
		if b == 0 {
			return 100
		}
		return 100 * float64(a) / float64(b)
	},
	"times": func(x, y float64) float64 { return x * y },
	"why":   func(id string) string { return signal.Table[id].Why },
}).Parse(pageText))

// HTML writes the report as one page that loads nothing and prints well.
func (r *Report) HTML(w io.Writer) error { return page.Execute(w, r) }
