/* A disk, a clock and a name service that fail on demand, preloaded into the daemon (LD_PRELOAD); faults.py compiles and steers it.
 *
 *   FAULTS_STORE    the store's file; only it and the files whose names begin like its own are concerned
 *   FAULTS_CONTROL  a file of struct control, mapped here and in the test: what is written there holds at once
 *   FAULTS_SYNCED   a directory; <suffix> there is a file as it would be found after a power cut: what was not
 *                   synced is not in it ("db" for the store, "db-wal" for its WAL)
 *   FAULTS_HOSTS    a file of lines "name address address": what these names resolve to; without an address to nothing
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    int64_t clock_offset_ns; /* added to the wall clock */
    int64_t capacity;        /* bytes that the store's files may take in all; 0: no bound */
    int64_t fail_sync;       /* syncs of the store's files fail with EIO */
    int64_t read_only;       /* the store's files can be neither written nor opened for that: EROFS */
    int64_t hang_sync;       /* syncs of the store's files do not return */
    int64_t refused;         /* counted here: writes and syncs that failed for one of these reasons */
    int64_t passed_ns;       /* so much more time has passed, by every clock */
};

enum { FILES = 2, RANGES = 4096 };
struct range { off_t from, to; };
struct file {
    const char *suffix, *shadow;
    struct range dirty[RANGES]; /* written since the last sync */
    int count;
    off_t shortest; /* cut to this since the last sync; -1: not cut */
};

static struct file files[FILES] = {{.suffix = "", .shadow = "db", .shortest = -1},
                                   {.suffix = "-wal", .shadow = "db-wal", .shortest = -1}};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct control nothing, *control = &nothing;
static const char *store, *synced;
static size_t store_length;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_unlink)(const char *);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static int (*real_gettimeofday)(struct timeval *, void *);
static int (*real_getaddrinfo)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
static int (*real_statvfs)(const char *, struct statvfs *);

static void find(void) {
    if (real_statvfs)
        return;
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_open = dlsym(RTLD_NEXT, "open64");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    real_gettimeofday = dlsym(RTLD_NEXT, "gettimeofday");
    real_getaddrinfo = dlsym(RTLD_NEXT, "getaddrinfo");
    real_statvfs = dlsym(RTLD_NEXT, "statvfs64");
}

__attribute__((constructor)) static void start(void) {
    find();
    const char *path = getenv("FAULTS_CONTROL");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0 || !getenv("FAULTS_STORE"))
        return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED)
        return;
    store = getenv("FAULTS_STORE");
    store_length = strlen(store);
    synced = getenv("FAULTS_SYNCED");
    control = mapped;
}

/* What comes behind the store's name in the file's; NULL: none of ours. */
static const char *suffix_of(int fd, char *path, size_t size) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = store ? readlink(link, path, size - 1) : -1;
    if (length < (ssize_t)store_length || strncmp(path, store, store_length))
        return NULL;
    path[length] = 0;
    return path + store_length;
}

static struct file *file_of(const char *suffix) {
    for (int i = 0; suffix && i < FILES; i++)
        if (!strcmp(suffix, files[i].suffix))
            return &files[i];
    return NULL;
}

static void shadow_path(const struct file *file, char *path, size_t size) {
    snprintf(path, size, "%s/%s", synced, file->shadow);
}

/* The room that is left, were the disk of that capacity. */
static int64_t room(void) {
    static const char *const suffixes[] = {"", "-wal", "-shm", ".reserve"};
    int64_t left = control->capacity;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char path[4096];
        struct stat found;
        snprintf(path, sizeof path, "%s%s", store, suffixes[i]);
        if (!stat(path, &found))
            left -= found.st_size;
    }
    return left;
}

/* How many of these bytes may be written there; -1 with errno: none. */
static ssize_t allowed(int fd, const char *suffix, size_t count, off_t offset) {
    struct stat found;
    if (suffix && control->read_only) {
        control->refused++;
        errno = EROFS;
        return -1;
    }
    if (!suffix || !control->capacity || fstat(fd, &found))
        return count;
    int64_t growth = offset + (off_t)count - found.st_size, left = room();
    if (growth <= 0 || growth <= left)
        return count;
    int64_t fits = (int64_t)count - growth + (left > 0 ? left : 0);
    if (fits > 0)
        return fits;
    control->refused++;
    errno = ENOSPC;
    return -1;
}

static void dirty(struct file *file, off_t from, off_t to) {
    if (file->count && file->dirty[file->count - 1].to == from) {
        file->dirty[file->count - 1].to = to;
        return;
    }
    if (file->count == RANGES) { /* too many to tell apart: one that holds them all */
        for (int i = 1; i < RANGES; i++) {
            if (file->dirty[i].from < file->dirty[0].from)
                file->dirty[0].from = file->dirty[i].from;
            if (file->dirty[i].to > file->dirty[0].to)
                file->dirty[0].to = file->dirty[i].to;
        }
        file->count = 1;
    }
    file->dirty[file->count++] = (struct range){from, to};
}

/* What was written is on the disk. */
static void keep(int fd, struct file *file) {
    char path[4096], block[65536];
    struct stat found;
    shadow_path(file, path, sizeof path);
    int shadow = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (shadow < 0 || fstat(fd, &found))
        abort();
    if (file->shortest >= 0 && real_ftruncate(shadow, file->shortest))
        abort();
    for (int i = 0; i < file->count; i++)
        for (off_t at = file->dirty[i].from; at < file->dirty[i].to && at < found.st_size;) {
            size_t wanted = file->dirty[i].to - at;
            ssize_t got = pread(fd, block, wanted < sizeof block ? wanted : sizeof block, at);
            if (got <= 0 || real_pwrite(shadow, block, got, at) != got)
                abort();
            at += got;
        }
    if (real_ftruncate(shadow, found.st_size))
        abort();
    close(shadow);
    file->count = 0;
    file->shortest = -1;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) {
    char path[4096];
    find();
    const char *suffix = suffix_of(fd, path, sizeof path);
    ssize_t fits = allowed(fd, suffix, count, offset);
    if (fits < 0)
        return -1;
    struct file *file = file_of(suffix);
    if (!file || !synced)
        return real_pwrite(fd, bytes, fits, offset);
    pthread_mutex_lock(&lock);
    ssize_t written = real_pwrite(fd, bytes, fits, offset);
    if (written > 0)
        dirty(file, offset, offset + written);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return pwrite64(fd, bytes, count, offset); }

ssize_t write(int fd, const void *bytes, size_t count) {
    char path[4096];
    find();
    const char *suffix = control->capacity || control->read_only ? suffix_of(fd, path, sizeof path) : NULL;
    ssize_t fits = allowed(fd, suffix, count, suffix ? lseek(fd, 0, SEEK_CUR) : 0);
    return fits < 0 ? -1 : real_write(fd, bytes, fits);
}

int ftruncate64(int fd, off_t length) {
    char path[4096];
    find();
    struct file *file = synced ? file_of(suffix_of(fd, path, sizeof path)) : NULL;
    if (!file)
        return real_ftruncate(fd, length);
    pthread_mutex_lock(&lock);
    int result = real_ftruncate(fd, length);
    if (!result && (file->shortest < 0 || length < file->shortest))
        file->shortest = length;
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_with(int (*real)(int), int fd) {
    char path[4096];
    const char *suffix = suffix_of(fd, path, sizeof path);
    while (suffix && control->hang_sync)
        usleep(1000);
    if (suffix && control->fail_sync) {
        control->refused++;
        errno = EIO;
        return -1;
    }
    struct file *file = synced ? file_of(suffix) : NULL;
    if (!file)
        return real(fd);
    /* The disk that counts is the shadow: nobody waits for the other one. */
    pthread_mutex_lock(&lock);
    keep(fd, file);
    pthread_mutex_unlock(&lock);
    return 0;
}

int fsync(int fd) {
    find();
    return sync_with(real_fsync, fd);
}

int fdatasync(int fd) {
    find();
    return sync_with(real_fdatasync, fd);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0;
    va_end(more);
    find();
    if (store && control->read_only && flags & (O_WRONLY | O_RDWR) && !strncmp(path, store, store_length)) {
        control->refused++;
        errno = EROFS;
        return -1;
    }
    return real_open(path, flags, mode);
}

int unlink(const char *path) {
    find();
    struct file *file =
        synced && !strncmp(path, store, store_length) ? file_of(path + store_length) : NULL;
    if (!file)
        return real_unlink(path);
    pthread_mutex_lock(&lock);
    int result = real_unlink(path);
    if (!result) {
        char shadow[4096];
        shadow_path(file, shadow, sizeof shadow);
        real_unlink(shadow);
        file->count = 0;
        file->shortest = -1;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int statvfs64(const char *path, struct statvfs64 *found) {
    find();
    int result = real_statvfs(path, (struct statvfs *)found);
    if (!result && store && control->capacity && !strncmp(path, store, strlen(path))) {
        int64_t left = room();
        found->f_bavail = found->f_bfree = left > 0 ? left / found->f_frsize : 0;
    }
    return result;
}

int statvfs(const char *path, struct statvfs *found) { return statvfs64(path, (struct statvfs64 *)found); }

static void shift(int64_t *seconds, int64_t *fraction, int64_t fractions, int64_t offset_ns) {
    int64_t all = *seconds * fractions + *fraction + offset_ns / (1000000000 / fractions);
    *seconds = all / fractions;
    *fraction = all % fractions;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    find();
    int result = real_clock_gettime(clock, now);
    int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    int is_steady = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
    int64_t offset_ns = is_wall ? control->passed_ns + control->clock_offset_ns : is_steady ? control->passed_ns : 0;
    if (!result && offset_ns) {
        int64_t seconds = now->tv_sec, fraction = now->tv_nsec;
        shift(&seconds, &fraction, 1000000000, offset_ns);
        now->tv_sec = seconds;
        now->tv_nsec = fraction;
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    find();
    int result = real_gettimeofday(now, zone);
    int64_t offset_ns = control->passed_ns + control->clock_offset_ns;
    if (!result && offset_ns) {
        int64_t seconds = now->tv_sec, fraction = now->tv_usec;
        shift(&seconds, &fraction, 1000000, offset_ns);
        now->tv_sec = seconds;
        now->tv_usec = fraction;
    }
    return result;
}

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict found) {
    char line[1024];
    find();
    const char *path = getenv("FAULTS_HOSTS");
    FILE *hosts = name && path ? fopen(path, "re") : NULL;
    while (hosts && fgets(line, sizeof line, hosts)) {
        char *rest, *word = strtok_r(line, " \n", &rest);
        if (!word || strcmp(word, name))
            continue;
        fclose(hosts);
        struct addrinfo **end = found;
        for (*found = NULL; (word = strtok_r(NULL, " \n", &rest));) { /* glibc frees such a chain one by one */
            if (real_getaddrinfo(word, service, hints, end))
                abort();
            while (*end)
                end = &(*end)->ai_next;
        }
        return *found ? 0 : EAI_NONAME;
    }
    if (hosts)
        fclose(hosts);
    return real_getaddrinfo(name, service, hints, found);
}
