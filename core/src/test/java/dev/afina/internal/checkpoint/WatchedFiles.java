package dev.afina.internal.checkpoint;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The file system of this machine, which tells before each change of a file or folder that it is
 * about to happen. What lies on the disk then is what a process leaves that is killed there.
 */
public final class WatchedFiles extends FileSystem {
  /** Is told. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * A change is next.
     *
     * @param change what it is, for messages
     */
    void before(String change) throws IOException;
  }

  private final FileSystem real;
  private final Watcher watcher;
  private final Provider provider;
  private final Set<Path> unforced = new TreeSet<>();

  private WatchedFiles(FileSystem real, Watcher watcher) {
    this.real = real;
    this.watcher = watcher;
    this.provider = new Provider();
  }

  /** The same path; what is done to it, and to all that is found from it, is watched. */
  public static Path watch(Path path, Watcher watcher) {
    return new WatchedFiles(path.getFileSystem(), watcher).wrap(path);
  }

  /** The plain files of a folder with their contents; a folder in it as "(folder)". */
  public static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(),
            Files.isDirectory(file)
                ? "(folder)"
                : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return contents;
  }

  /** Copies a folder with all in it. */
  public static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  private Path wrap(Path path) {
    return (Path)
        Proxy.newProxyInstance(
            WatchedFiles.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getFileSystem")) {
                return this;
              }
              try {
                Object result = method.invoke(path, unwrapped(arguments));
                return result instanceof Path other ? wrap(other) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Object[] unwrapped(Object[] arguments) {
    Object[] real = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < real.length; i++) {
      real[i] = real[i] instanceof Path path ? real(path) : real[i];
    }
    return real;
  }

  private static Path real(Path path) {
    return path.getFileSystem() instanceof WatchedFiles watched
        ? watched.real.getPath(path.toString())
        : path;
  }

  private final class Provider extends FileSystemProvider {
    private final FileSystemProvider disk = real.provider();

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      boolean writes = !options.isEmpty() && !options.equals(Set.of(StandardOpenOption.READ));
      if (writes) {
        watcher.before("open " + path);
      }
      return new Channel(real(path), disk.newFileChannel(real(path), options, attributes));
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
      watcher.before("make " + folder);
      disk.createDirectory(real(folder), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      watcher.before("delete " + path);
      disk.delete(real(path));
      unforced.remove(real(path));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
      watcher.before("copy " + from + " to " + to);
      disk.copy(real(from), real(to), options);
      unforced.add(real(to));
    }

    /**
     * A file or folder gets its name when its content is on the disk, else a power cut halves it.
     */
    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      watcher.before("move " + from + " to " + to);
      List<Path> early = unforced.stream().filter(file -> file.startsWith(real(from))).toList();
      if (!early.isEmpty()) {
        throw new AssertionError("moved before it was forced to the disk: " + early);
      }
      disk.move(real(from), real(to), options);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path folder, DirectoryStream.Filter<? super Path> filter) throws IOException {
      List<Path> paths = new ArrayList<>();
      try (DirectoryStream<Path> names = disk.newDirectoryStream(real(folder), path -> true)) {
        for (Path path : names) {
          if (filter.accept(wrap(path))) {
            paths.add(wrap(path));
          }
        }
      }
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return paths.iterator();
        }

        @Override
        public void close() {
          // all was read
        }
      };
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      watcher.before("change " + name + " of " + path);
      disk.setAttribute(real(path), name, value, options);
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return disk.isSameFile(real(one), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return disk.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return disk.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      disk.checkAccess(real(path), modes);
    }

    @Override
    public Path readSymbolicLink(Path link) throws IOException {
      return wrap(disk.readSymbolicLink(real(link)));
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return disk.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return disk.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return disk.readAttributes(real(path), names, options);
    }

    @Override
    public String getScheme() {
      return "watched";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Channel extends FileChannel {
    private final Path path;
    private final FileChannel channel;

    Channel(Path path, FileChannel channel) {
      this.path = path;
      this.channel = channel;
    }

    private void writing() throws IOException {
      watcher.before("write to " + path);
      unforced.add(path);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      writing();
      return channel.write(from);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      writing();
      return channel.write(from, offset, length);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      writing();
      return channel.write(from, position);
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count)
        throws IOException {
      writing();
      return channel.transferFrom(from, position, count);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      writing();
      channel.truncate(size);
      return this;
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      if (!mode.equals(MapMode.READ_ONLY)) {
        throw new UnsupportedOperationException("writes that nobody can watch");
      }
      return channel.map(mode, position, size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      channel.force(metaData);
      unforced.remove(path);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return channel.read(to);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      return channel.read(to, offset, length);
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return channel.read(to, position);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      return channel.transferTo(position, count, to);
    }

    @Override
    public long position() throws IOException {
      return channel.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      channel.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return channel.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      watcher.before("lock " + path);
      return channel.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      channel.close();
    }
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public Path getPath(String first, String... more) {
    return wrap(real.getPath(first, more));
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return real.getSeparator();
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return real.supportedFileAttributeViews();
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    throw new UnsupportedOperationException();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException();
  }
}
