package worklist

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"sallyport"
	"sallyport/codeaudit/rank"
	"sallyport/codeaudit/review"
)

// PlantCanaries plants canaries once. A second time is refused: the first ones may have been decided about.
func PlantCanaries(dir string, items []rank.Item, count int) ([]review.Planted, error) {
	path := filepath.Join(dir, canariesName)
	if _, err := os.Lstat(path); err == nil {
		return nil, sallyport.Errorf(sallyport.Conflict, "canaries were planted already").WithHint("sallyport codeaudit canary recall says how many were found")
	}
	var secret [16]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, err
	}
	planted := review.Plant(items, count, hex.EncodeToString(secret[:]))
	if len(planted) == 0 {
		return nil, sallyport.Errorf(sallyport.Invalid, "none of the %d items has a line in which a fault can be planted", len(items))
	}
	return planted, replace(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(planted) })
}

// Canaries reads the planted ones; none planted is none.
func Canaries(dir string) ([]review.Planted, error) {
	data, err := os.ReadFile(filepath.Join(dir, canariesName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var planted []review.Planted
	if err := json.Unmarshal(data, &planted); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "the file of canaries cannot be read: %v", err)
	}
	return planted, nil
}
