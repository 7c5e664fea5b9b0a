package gateway

import (
	"context"
	"sync"

	"sallyport"
)

// blobCache keeps small blobs in memory: facts, purposes, policies, assessments. It is what the server discloses to rules.
type blobCache struct {
	blobs Blobs

	mu      sync.Mutex // protects the following
	content map[sallyport.Digest][]byte
	size    int
}

const (
	cacheBlob  = 256 << 10 // larger blobs are read each time
	cacheTotal = 256 << 20
)

// Blob implements sallyport.Disclosed. The bytes must not be changed.
func (c *blobCache) Blob(ref sallyport.BlobRef) ([]byte, bool) {
	b, err := c.get(context.Background(), ref)
	return b, err == nil
}

func (c *blobCache) get(ctx context.Context, ref sallyport.BlobRef) ([]byte, error) {
	c.mu.Lock()
	b, ok := c.content[ref.Digest]
	c.mu.Unlock()
	if ok {
		return b, nil
	}
	b, _, err := c.blobs.Get(ctx, ref.Digest)
	if err != nil {
		return nil, err
	}
	c.keep(ref, b)
	return b, nil
}

func (c *blobCache) keep(ref sallyport.BlobRef, b []byte) {
	if len(b) > cacheBlob {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size > cacheTotal {
		clear(c.content)
		c.size = 0
	}
	c.content[ref.Digest] = b
	c.size += len(b)
}

// put stores content durably.
func (g *Gateway) put(ctx context.Context, content []byte) (sallyport.BlobRef, error) {
	ref, err := g.Blobs.Put(ctx, content)
	if err != nil {
		return ref, &sallyport.Error{Code: sallyport.Unavailable, Message: "a text or an output cannot be stored, so nothing is done", Hint: "an operator must look at the blob folder: is it full or read-only?", Err: err}
	}
	g.cache.keep(ref, content)
	return ref, nil
}

func (g *Gateway) putJSON(ctx context.Context, v any) (sallyport.BlobRef, error) {
	b, err := sallyport.EncodeJSON(v)
	if err != nil {
		return sallyport.BlobRef{}, err
	}
	return g.put(ctx, b)
}

// putWords stores what a person said, within the limit.
func (g *Gateway) putWords(ctx context.Context, words string) (sallyport.BlobRef, error) {
	if len(words) > sallyport.MaxWords {
		return sallyport.BlobRef{}, sallyport.Errorf(sallyport.Limited, "words are %d bytes, more than %d", len(words), sallyport.MaxWords)
	}
	return g.put(ctx, []byte(words))
}

func (g *Gateway) blobJSON(ref sallyport.BlobRef, v any) error {
	b, err := g.cache.get(g.ctx, ref)
	if err != nil {
		return err
	}
	return sallyport.DecodeJSON(b, v)
}

func (g *Gateway) blobText(ref *sallyport.BlobRef) string {
	if ref == nil {
		return ""
	}
	b, err := g.cache.get(g.ctx, *ref)
	if err != nil {
		return ""
	}
	return string(b)
}
