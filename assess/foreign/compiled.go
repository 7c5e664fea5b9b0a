package foreign

// Languages that are usually compiled, for programs that a text writes out, or hands to a tool that runs them at once. Declarations of types are
// words that mean nothing here.
func init() {
	languages["java"] = &language{
		name: "java", comments: []string{"//"}, blockComment: "/*", concat: []string{"+"}, assign: "=", dots: true,
		calls: calls(`either: exec ProcessBuilder Runtime.getRuntime.exec
			read: FileReader FileInputStream Files.readAllBytes Files.readAllLines Files.readString Files.newBufferedReader Files.lines Scanner_x
			write: FileWriter FileOutputStream PrintWriter Files.write Files.writeString Files.newBufferedWriter Files.createFile
			delete: Files.delete Files.deleteIfExists
			create: Files.createDirectory Files.createDirectories
			copy: Files.copy
			move: Files.move
			connect: Socket InetSocketAddress SSLSocket DatagramSocket SocketChannel.open
			fetch: URL URI URI.create
			listen: ServerSocket HttpServer.create`),
		harmless: set(`class public private static void main String int System.out.println System.out.print System.err.println println print printf new if for while switch catch try getInputStream getOutputStream getErrorStream isClosed available read write flush close sleep
			exitValue destroy start redirectErrorStream waitFor readLine BufferedReader InputStreamReader OutputStreamWriter BufferedWriter Thread.sleep Integer.parseInt Integer.valueOf String.format format length substring split trim equals contains replace toString append StringBuilder List.of Arrays.asList
			Map.of ArrayList HashMap add put get size isEmpty iterator next hasNext getBytes parseInt Paths.get Path.of File exists getName getPath currentTimeMillis nanoTime exit openStream openConnection setRequestMethod getResponseCode return throw catch Exception RuntimeException IOException`),
	}
	languages["dart"] = &language{
		name: "dart", comments: []string{"//"}, blockComment: "/*", concat: []string{"+"}, assign: "=", dots: true, interpolates: true,
		calls: calls(`args: Process.start Process.run Process.runSync
			connect: Socket.connect SecureSocket.connect RawSocket.connect
			fetch: http.get http.post Uri.parse
			listen: ServerSocket.bind HttpServer.bind`),
		harmless: set(`main print then listen writeln write String.fromCharCodes trim transform toString catchError onDone close destroy add File readAsString readAsStringSync if for while return new import`),
	}
	v := *languages["go"]
	v.name = "v"
	v.calls = calls(`shell: os.system os.execute os.execute_or_exit os.execute_or_panic os.exec
		list: os.execvp os.execve os.new_process
		read: os.read_file os.read_lines os.read_bytes os.open
		write: os.write_file os.create os.open_append
		delete: os.rm os.rmdir os.rmdir_all
		create: os.mkdir os.mkdir_all
		chmod: os.chmod
		move: os.mv os.rename
		copy: os.cp os.cp_all
		connect: net.dial_tcp net.dial_udp
		fetch: http.get http.post http.download_file
		listen: net.listen_tcp`)
	languages["v"] = &v
	crystal := *languages["ruby"]
	crystal.name = "crystal"
	crystal.calls = map[string]action{}
	for n, a := range languages["ruby"].calls {
		crystal.calls[n] = a
	}
	crystal.calls["Process.new"], crystal.calls["Process.run"], crystal.calls["Process.exec"] = spawnEither, spawnEither, spawnEither
	crystal.calls["connect"] = connectTo
	languages["crystal"] = &crystal
}
