package web

import (
	"html/template"
	"net/http"
	"time"

	"sallyport"
	"sallyport/gateway"
)

// The page behind a link needs no script. Opening a link does not use it up: programs that look into messages open links
// too. Pressing the button does.
var signinTemplate = template.Must(template.New("signin").Parse(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in - Sallyport</title>
<link rel="stylesheet" href="/assets/app.css"><link rel="icon" href="/icon.svg" type="image/svg+xml"></head>
<body class="plain"><main class="card">
<p class="brand">Sallyport</p>
{{if .Person}}
<h1>Sign in as <strong>{{.Person}}</strong></h1>
<p>This link works once, until {{.Expires.Format "15:04"}} UTC. What you do from here on is recorded under this name.</p>
{{if .Now}}<p class="notice warnbox">This browser is signed in as <strong>{{.Now}}</strong>. Signing in here ends that. To be both, open the link in a private window.</p>{{end}}
<form method="post"><button class="primary" autofocus>Sign in</button></form>
{{else}}
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
<p class="hint">{{.Hint}}</p>
{{end}}
</main></body></html>
`))

type signinView struct {
	Person            sallyport.PersonID
	Now               sallyport.PersonID // somebody else as whom this browser is signed in
	Expires           time.Time
	Title, Text, Hint string
}

func (s *Server) signinShow(w http.ResponseWriter, status int, v signinView) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = signinTemplate.Execute(w, v) // strings into a writer that may be gone
}

var linkOver = signinView{Title: "This link does not work", Text: "It was used already, is older than fifteen minutes, or never existed.",
	Hint: "Ask for a new one: ssh to the gateway and type :link, or run sallyport signin with your API token."}

var linkPlain = signinView{Title: "Not over this connection", Text: "Signing in needs https.", Hint: "Open the link as it was given."}

func (s *Server) signinPage(w http.ResponseWriter, r *http.Request) {
	if s.plain(r) {
		s.signinShow(w, http.StatusForbidden, linkPlain)
		return
	}
	person, expires, ok := s.signins.peek(r.PathValue("token"))
	if !ok {
		s.signinShow(w, http.StatusGone, linkOver)
		return
	}
	v := signinView{Person: person, Expires: expires}
	if c, _, err := s.caller(r, false); err == nil && c.Person != person {
		v.Now = c.Person
	}
	s.signinShow(w, http.StatusOK, v)
}

func (s *Server) signin(w http.ResponseWriter, r *http.Request) {
	if s.plain(r) {
		s.signinShow(w, http.StatusForbidden, linkPlain)
		return
	}
	person, ok := s.signins.take(r.PathValue("token"))
	if !ok {
		s.signinShow(w, http.StatusGone, linkOver)
		return
	}
	if err := s.svc.SignedIn(r.Context(), gateway.Caller{Person: person, Door: "web", From: from(r)}); err != nil {
		if sallyport.CodeOf(err) == sallyport.Internal {
			s.fail(w, r, err)
			return
		}
		s.signinShow(w, http.StatusForbidden, signinView{Title: "You cannot sign in", Text: err.Error(), Hint: sallyport.Hint(err)})
		return
	}
	if c, err := r.Cookie(s.cookieName(r)); err == nil {
		s.signins.close(c.Value)
	}
	secret, expires, err := s.signins.open(person)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	http.SetCookie(w, s.cookie(r, secret, expires))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
