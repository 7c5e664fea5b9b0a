package command

// Desktop programs and terminals: what runs in them, what they listen on, what they connect to.
func init() {
	cases = append(cases, []struct{ line, want string }{
		{"xterm -T x -e id -u", "run id -u"},
		{"xterm -bg black", "exec a terminal window"},
		{"xterm -lcc /a/prog", "run /a/prog; exec a terminal window"},
		{"urxvt -e 'id; w'", "run sh: id; w"},
		{"konsole -e id", "run id"},
		{"gnome-terminal -- id", "run id"},
		{"foot id", "run id"},
		{"wezterm cli spawn id", "run id"},
		{"wezterm cli send-text id", "run sh: id"},
		{"swaynag -m x -b ok 'touch /a'", "run sh: touch /a @later"},
		{"i3-msg exec id", "unknown i3-msg: what the commands of the window manager do (exec runs programs) is not followed"},
		{"i3-msg -t get_tree", ""},
		{"bspc node -c", ""},
		{"bspc desktop --focus 2", ""},
		{"chromium --remote-debugging-port=9222 https://h.example/", "listen 9222; connect https://h.example/"},
		{"firefox --headless --screenshot=/a/x.png https://h.example/", "write /a/x.png; connect https://h.example/"},
		{"blender -b x.blend --python-expr 'import os' -o /a/f -a", "run python: import os; write /a/f; read x.blend"},
		{"blender -b x.blend -P /a/s.py", "read x.blend; run python file /a/s.py"},
		{"openscad -o /a/x.stl x.scad", "write /a/x.stl; read x.scad"},
		{"gimp -i -b '(gimp-quit 0)'", "run scheme: (gimp-quit 0)"},
		{"cliphist wipe", "delete the clipboard's history"},
		{"wal -o /a/prog -i x.png", "run /a/prog; read x.png; write ~/.cache/wal"},
		{"rofi -show run -terminal /a/t", "run /a/t; may exec a program that is chosen on the screen"},
		{"assimp export a.stl /a/b.obj", "read a.stl; write /a/b.obj"},
		{"terminalizer record -d id /a/x", "run sh: id; write /a/x"},
		{"picocom --send-cmd id /dev/ttyS0", "run sh: id; connect /dev/ttyS0"},
	}...)
}
