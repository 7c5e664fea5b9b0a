package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sallyport"
	"sallyport/web/wire"
)

// A bundle that breaks off must not look like one: the connection is cut and the trailers are missing. Before the first byte a failure
// is an answer.
func TestExportBreaksOff(t *testing.T) {
	b := newBench(t)
	ts := httptest.NewServer(b.Server)
	defer ts.Close()
	ask := func() (*http.Response, []byte, error) {
		r, err := http.NewRequest("POST", ts.URL+"/api/v1/exports", strings.NewReader(`{"all":true,"filter":{}}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+b.token)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return res, body, err
	}
	res, body, err := ask()
	if err != nil || string(body) != "PK" || res.Trailer.Get(wire.TrailerDigest) != "ab" || res.Trailer.Get(wire.TrailerBytes) != "2" {
		t.Fatalf("a whole bundle: %q, %v, trailers %v", body, err, res.Trailer)
	}
	b.svc.ExportFn = func(w io.Writer) (*sallyport.ExportMade, error) {
		return nil, sallyport.Errorf(sallyport.Forbidden, "not you")
	}
	if res, body, err = ask(); err != nil || res.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "not you") {
		t.Errorf("refused: %d %q, %v", res.StatusCode, body, err)
	}
	b.svc.ExportFn = func(w io.Writer) (*sallyport.ExportMade, error) {
		if _, err := io.WriteString(w, strings.Repeat("x", 64<<10)); err != nil {
			return nil, err
		}
		return nil, errors.New("the disk is gone")
	}
	if res, body, err = ask(); err == nil || res.Trailer.Get(wire.TrailerDigest) != "" {
		t.Errorf("a bundle that broke off: %d bytes, %v, trailers %v", len(body), err, res.Trailer)
	}
}

// Nobody discloses everything by leaving a field out.
func TestExportOfEverythingIsSaid(t *testing.T) {
	b := newBench(t)
	for _, body := range []string{`{}`, `{"filter":{}}`, `{"all":true,"filter":{"sessions":["S-1"]}}`} {
		wantError(t, b.call("POST", "/api/v1/exports", body), http.StatusBadRequest, sallyport.Invalid)
	}
}
