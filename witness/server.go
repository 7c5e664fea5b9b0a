package witness

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"sallyport"
	"sallyport/ledger"
)

// Server is a witness. It keeps the latest checkpoint of each log in a file of its folder, made durable before it cosigns: a witness that
// forgot could be led into cosigning another history.
type Server struct {
	Signer *ledger.WitnessSigner
	Dir    string
	Now    func() time.Time // nil is time.Now

	mu   sync.Mutex // protects the following, and the files: one checkpoint at a time
	logs map[string]note.Verifier
}

// NewServer makes a witness for the logs of the given verifier keys.
func NewServer(signer *ledger.WitnessSigner, dir string, vkeys []string) (*Server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	s := &Server{Signer: signer, Dir: dir, logs: map[string]note.Verifier{}}
	for _, vkey := range vkeys {
		v, err := note.NewVerifier(strings.TrimSpace(vkey))
		if err != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "log key %q: %w", vkey, err)
		}
		if s.logs[v.Name()] != nil {
			return nil, sallyport.Errorf(sallyport.Invalid, "two keys for log %q", v.Name())
		}
		s.logs[v.Name()] = v
	}
	return s, nil
}

// ServeHTTP answers POST .../add-checkpoint: 200 with cosignature lines, 400 for what cannot be read, 403 for a signature that does not
// verify, 404 for an unknown log, 409 with the size it has for another old size, 422 for a proof that does not hold.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/add-checkpoint") {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "request cannot be read", http.StatusBadRequest)
		return
	}
	status, answer := s.add(body)
	if status == http.StatusConflict {
		w.Header().Set("Content-Type", "text/x.tlog.size")
	} else {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(status)
	io.WriteString(w, answer)
}

// add judges one request and gives status and body of the answer.
func (s *Server) add(body []byte) (int, string) {
	req, err := parseRequest(body)
	if err != nil {
		return http.StatusBadRequest, err.Error() + "\n"
	}
	origin, _, _ := strings.Cut(string(req.checkpoint), "\n")
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.logs[origin]
	if log == nil {
		return http.StatusNotFound, "this witness does not know that log\n"
	}
	c, n, err := ledger.OpenCheckpoint(req.checkpoint, log)
	if err != nil {
		return http.StatusForbidden, "the checkpoint does not carry the log's signature\n"
	}
	if req.old > c.Size {
		return http.StatusBadRequest, "the old size is greater than the checkpoint's\n"
	}
	seen, err := s.load(origin, log)
	if err != nil {
		return http.StatusInternalServerError, "the witness cannot read what it saw\n"
	}
	if req.old != seen.Size {
		return http.StatusConflict, strconv.FormatInt(seen.Size, 10) + "\n"
	}
	switch {
	case seen.Size == 0 && len(req.proof) > 0:
		err = errors.New("a first checkpoint needs no proof")
	case seen.Size == 0:
	case seen.Size == c.Size:
		// tlog-witness: another root of the same size is a conflict, and proof of a fork.
		if seen.Root != c.Root {
			return http.StatusConflict, strconv.FormatInt(seen.Size, 10) + "\n"
		}
		if len(req.proof) > 0 {
			err = errors.New("the same checkpoint needs no proof")
		}
	default:
		err = tlog.CheckTree(req.proof, c.Size, c.Root, seen.Size, seen.Root)
	}
	if err != nil {
		return http.StatusUnprocessableEntity, "the proof does not hold\n"
	}
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	signed, err := note.Sign(&note.Note{Text: n.Text}, s.Signer.At(now()))
	if err != nil {
		return http.StatusInternalServerError, "the witness cannot sign\n"
	}
	if err := s.save(origin, req.checkpoint); err != nil {
		return http.StatusInternalServerError, "the witness cannot remember\n"
	}
	_, lines, _ := strings.Cut(string(signed), "\n\n")
	return http.StatusOK, lines
}

// file gives the file of a log. The name is the key's hash: an origin is no file name.
func (s *Server) file(log note.Verifier) string {
	return filepath.Join(s.Dir, strconv.FormatUint(uint64(log.KeyHash()), 16)+".checkpoint")
}

func (s *Server) load(origin string, log note.Verifier) (ledger.Checkpoint, error) {
	b, err := os.ReadFile(s.file(log))
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Checkpoint{Origin: origin}, nil
	}
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	c, _, err := ledger.OpenCheckpoint(b, log)
	return c, err
}

// save replaces the checkpoint durably: synced, renamed, folder synced.
func (s *Server) save(origin string, checkpoint []byte) error {
	name := s.file(s.logs[origin])
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(checkpoint)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(name+".new", name); err != nil {
		return err
	}
	dir, err := os.Open(s.Dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
