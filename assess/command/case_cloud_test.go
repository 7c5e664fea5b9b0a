package command

func init() {
	cases = append(cases, []struct{ line, want string }{
		{"crane copy a b", "cloud b; connect a"},
		{"crane delete r.example/x", "cloud r.example/x; irreversible r.example/x"},
		{"crane delete r.example/x --help", ""},
		{"crane pull r.example/x out.tar -c cache", "connect r.example/x; write out.tar; write cache"},
		{"crane push in.tar r.example/x", "read in.tar; cloud r.example/x"},
		{"crane auth token r.example/x", "credential container registry"},
		{"hcloud server ssh web id", "remote-exec web; run sh: id @remote as host of-hcloud"},
		{"hcloud server delete web", "cloud hcloud server; irreversible hcloud server"},
		{"hcloud server list -o json", ""},
		{"flyctl ssh console -C id", "remote-exec fly machine; run sh: id @remote as host fly-machine"},
		{"fly tokens create deploy", "credential fly access; account fly"},
		{"trivy image alpine -o report.json", "write report.json"},
		{"trivy plugin run x", "unknown trivy plugin run: runs a plug-in, which is not read"},
		{"argocd admin initial-password", "credential argocd administrator password"},
		{"argocd app list", ""},
		{"kops delete cluster --yes", "cloud kops cluster; irreversible kops cluster"},
		{"kops delete cluster", ""},
		{"k3d cluster delete c", "irreversible k3d cluster c"},
	}...)
}
