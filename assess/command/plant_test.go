package command

import (
	"slices"
	"strings"
	"testing"

	"sallyport/assess/value"
)

// Options that no command has.
var nonsense = []string{"--frobnicate-zq", "-ØQy"}

// complete reports whether argv is said to be understood completely with word planted at position at.
func complete(argv []string, at int, word string) bool {
	var words []value.Str
	for _, a := range slices.Insert(slices.Clone(argv), at, word) {
		words = append(words, value.Lit(a))
	}
	r := Evaluate(words, Context{})
	return r.Known && len(r.Unknown) == 0
}

// TestNonsenseIsNotUnderstood plants an option that does not exist into ordinary calls of commands whose options are all described.
func TestNonsenseIsNotUnderstood(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(`
docker ps
docker images
docker logs web
docker stop web
docker build dir
kubectl get pods
kubectl describe pod x
kubectl logs x
kubectl delete pod x
kubectl apply dir
pip install x
pip3 list
npm install
uv sync
go build x
go test x
terraform plan
ping h.example
host h.example
uname
id
free
uptime
w
who
last
lsblk
lscpu
ss
netstat
useradd x
usermod x
userdel x
groupadd x
passwd x
chmod 644 x
ip addr
psql
systemctl status x
apt-get update
dpkg-query x
apk update
nginx
lvs
cp a b
mv a b
ls
cat a
grep a b
tar tv
sed s/a/b/ f
sort a
head a
tail a
wc a
cut -f1 a
df
du
ps
rm a
mkdir a
ln a b
touch a
chown a b
journalctl
mount
curl https://h.example/
wget https://h.example/
rsync a b
scp a b
ssh-keygen
git status
git log`), "\n") {
		argv := strings.Fields(line)
		for _, word := range nonsense {
			for at := 1; at <= len(argv); at++ {
				if complete(argv, at, word) {
					t.Errorf("%v with %s at %d is said to be understood", argv, word, at)
				}
			}
		}
	}
}

// TestCoarse gives every command an option that does not exist, with different operands. Only those whose arguments are data may take it for understood.
func TestCoarse(t *testing.T) {
	for _, word := range nonsense {
		for _, n := range Names() {
			if !asData[n] && (complete([]string{n, "a", "/b/c"}, 1, word) || complete([]string{n}, 1, word) || complete([]string{n, "list"}, 1, word)) {
				t.Errorf("nonsense is understood: %s %s", n, word)
			}
		}
	}
}

// TestUnknownVerb gives tools with sub-commands a word that is none of them.
func TestUnknownVerb(t *testing.T) {
	names := strings.Fields(`git docker podman kubectl helm systemctl apt-get apt dnf yum npm yarn pnpm cargo go pip gem brew snap flatpak terraform ansible-galaxy openssl aws az gcloud gh tmux zellij npx uv conda composer bundle`)
	for n := range verbs() {
		names = append(names, n)
		if !Known(n) {
			t.Errorf("%s has words, but no spec", n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		for _, argv := range [][]string{{n, "frobnicate-zq"}, {n, "frobnicate-zq", "x"}, {n, "frobnicate-zq", "list", "x"}} {
			if complete(argv[:1], 1, argv[1]) || complete(append([]string{n}, argv[2:]...), 1, argv[1]) {
				t.Errorf("%v is said to be understood", argv)
			}
		}
	}
	for tool, words := range verbs() {
		for w := range words {
			r := Evaluate([]value.Str{value.Lit(tool), value.Lit(w)}, Context{})
			for _, u := range r.Unknown {
				if strings.HasPrefix(u, "sub-command") {
					t.Errorf("%s %s: %s", tool, w, u)
				}
			}
		}
	}
}
