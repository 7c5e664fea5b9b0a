package web

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"sallyport"
	"sallyport/docs"
	"sallyport/evidence"
	"sallyport/gateway"
	"sallyport/web/wire"
)

// exporter is a gateway that lets evidence out.
type exporter interface {
	Export(ctx context.Context, c gateway.Caller, x evidence.Export, w io.Writer) (*sallyport.ExportMade, error)
	Handover(ctx context.Context, c gateway.Caller, from, to time.Time) (*evidence.Handover, error)
}

func (s *Server) exporter() (exporter, error) {
	if e, ok := s.svc.(exporter); ok {
		return e, nil
	}
	return nil, sallyport.Errorf(sallyport.NotFound, "this server lets no evidence out")
}

// export streams a bundle. A failure before the first byte is an answer like any other; after it the connection is cut, and the
// trailers that say that the bundle is whole are missing.
func (s *Server) export(w http.ResponseWriter, r *http.Request, c gateway.Caller) error {
	e, err := s.exporter()
	if err != nil {
		return err
	}
	x, err := decode[wire.Export](r, wire.MaxBody)
	if err != nil {
		return err
	}
	if x.All != x.Filter.All() {
		return sallyport.Errorf(sallyport.Invalid, "all is %v and the filter chooses %q", x.All, x.Filter.String()).WithHint("choose what to disclose, or everything with all")
	}
	ctx, cancel := s.untilClose(r.Context())
	defer cancel()
	out := &download{ResponseWriter: w}
	made, err := e.Export(ctx, c, evidence.Export{Filter: x.Filter, Software: "sallyport " + s.opts.Version, Verifier: docs.Verifier}, out)
	switch {
	case err != nil && !out.begun:
		return err
	case err != nil:
		s.opts.Log.Warn("an export broke off", "person", c.Person, "err", err)
		panic(http.ErrAbortHandler)
	}
	w.Header().Set(wire.TrailerDigest, string(made.Digest))
	w.Header().Set(wire.TrailerBytes, strconv.FormatInt(made.Bytes, 10))
	return nil
}

// download sends the headers of a file with its first byte.
type download struct {
	http.ResponseWriter
	begun bool
}

func (d *download) Write(p []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="sallyport-evidence.zip"`)
		h.Set("Trailer", wire.TrailerDigest+", "+wire.TrailerBytes)
	}
	return d.ResponseWriter.Write(p)
}

func (s *Server) handover(r *http.Request, c gateway.Caller) (any, error) {
	e, err := s.exporter()
	if err != nil {
		return nil, err
	}
	p, err := decode[wire.Period](r, wire.MaxBody)
	if err != nil {
		return nil, err
	}
	return e.Handover(r.Context(), c, p.From.UTC(), p.To.UTC())
}
