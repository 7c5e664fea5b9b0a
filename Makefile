.PHONY: build test bench lint dist ui

build:
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

test:
	go vet ./...
	go test -race ./...

# Builds the console. Its dist is committed: Go alone builds the program.
ui:
	cd web/ui && npm ci --ignore-scripts && npm run build
