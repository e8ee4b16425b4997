// A SQLite VFS that fails as its plan says, registered as the default one of whatever program loads this library
// (LD_PRELOAD). Everything else goes to the system's own VFS.
//
// The plan is the text of the file named in $FAULTY_DISK, read again before each write and each sync:
//
//     FAULT SKIP COUNT
//
// FAULT is applied to COUNT operations after SKIP others that it could have met; any change of the text begins anew.
// Each time it is, a byte is appended to the file of the plan's name with ".met" behind it.
//
//     none          nothing fails
//     eio-write     a write fails and writes nothing
//     eio-sync      a sync fails; what was written may be on the disk or not
//     short-write   a write fails half way
//     torn-write    a write stops half way, and the process dies
//     full          a write fails for want of room
//     no-sync       a sync does nothing and says that it was done: the lie that a test must find
//     stall         a sync takes SKIP milliseconds; COUNT as ever
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <pthread.h>

static sqlite3_vfs *real_vfs;
static const char *plan_path;

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char plan_text[128];
static char fault[32];
static long skip, count, seen;

enum operation { WRITING, SYNCING };

/// Lets the test see that a fault struck.
static void tell(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s.met", plan_path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    if (write(descriptor, "x", 1) != 1) perror(path);
    close(descriptor);
}

/// Whether the plan lets this operation fail, and how.
static int meets(enum operation operation, char *name, size_t size, long *milliseconds) {
    if (plan_path == NULL) return 0;
    pthread_mutex_lock(&turn);
    char text[sizeof plan_text] = "";
    int descriptor = open(plan_path, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        ssize_t length = read(descriptor, text, sizeof text - 1);
        text[length > 0 ? length : 0] = 0;
        close(descriptor);
    }
    if (strcmp(text, plan_text) != 0) {
        memcpy(plan_text, text, sizeof text);
        seen = 0;
        if (sscanf(text, "%31s %ld %ld", fault, &skip, &count) != 3) strcpy(fault, "none");
    }
    int is_stall = strcmp(fault, "stall") == 0;
    int is_sync = is_stall || strcmp(fault, "eio-sync") == 0 || strcmp(fault, "no-sync") == 0;
    int applies = strcmp(fault, "none") != 0 && is_sync == (operation == SYNCING);
    if (applies) {
        seen++;
        long before = is_stall ? 0 : skip;
        applies = seen > before && seen <= before + count;
    }
    if (applies) tell();
    snprintf(name, size, "%s", fault);
    *milliseconds = is_stall ? skip : 0;
    pthread_mutex_unlock(&turn);
    return applies;
}

struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
};

#define REAL(file) (((struct faulty_file *)(file))->real)

static int faulty_close(sqlite3_file *f) { return REAL(f)->pMethods->xClose(REAL(f)); }
static int faulty_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
    return REAL(f)->pMethods->xRead(REAL(f), p, n, at);
}

static int faulty_write(sqlite3_file *f, const void *bytes, int length, sqlite3_int64 at) {
    char name[32];
    long milliseconds;
    if (meets(WRITING, name, sizeof name, &milliseconds)) {
        if (strcmp(name, "eio-write") == 0) return SQLITE_IOERR_WRITE;
        if (strcmp(name, "full") == 0) return SQLITE_FULL;
        (void)REAL(f)->pMethods->xWrite(REAL(f), bytes, length / 2, at);
        if (strcmp(name, "torn-write") == 0) kill(getpid(), SIGKILL);
        return SQLITE_IOERR_WRITE;
    }
    return REAL(f)->pMethods->xWrite(REAL(f), bytes, length, at);
}

static int faulty_truncate(sqlite3_file *f, sqlite3_int64 n) { return REAL(f)->pMethods->xTruncate(REAL(f), n); }

static int faulty_sync(sqlite3_file *f, int flags) {
    char name[32];
    long milliseconds;
    if (meets(SYNCING, name, sizeof name, &milliseconds)) {
        if (strcmp(name, "eio-sync") == 0) return SQLITE_IOERR_FSYNC;
        if (strcmp(name, "no-sync") == 0) return SQLITE_OK;
        usleep((useconds_t)milliseconds * 1000);
    }
    return REAL(f)->pMethods->xSync(REAL(f), flags);
}

static int faulty_size(sqlite3_file *f, sqlite3_int64 *n) { return REAL(f)->pMethods->xFileSize(REAL(f), n); }
static int faulty_lock(sqlite3_file *f, int n) { return REAL(f)->pMethods->xLock(REAL(f), n); }
static int faulty_unlock(sqlite3_file *f, int n) { return REAL(f)->pMethods->xUnlock(REAL(f), n); }
static int faulty_reserved(sqlite3_file *f, int *n) { return REAL(f)->pMethods->xCheckReservedLock(REAL(f), n); }
static int faulty_control(sqlite3_file *f, int op, void *p) { return REAL(f)->pMethods->xFileControl(REAL(f), op, p); }
static int faulty_sector(sqlite3_file *f) { return REAL(f)->pMethods->xSectorSize(REAL(f)); }
static int faulty_traits(sqlite3_file *f) { return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)); }
static int faulty_map(sqlite3_file *f, int page, int size, int grow, void volatile **p) {
    return REAL(f)->pMethods->xShmMap(REAL(f), page, size, grow, p);
}
static int faulty_shm_lock(sqlite3_file *f, int at, int n, int flags) {
    return REAL(f)->pMethods->xShmLock(REAL(f), at, n, flags);
}
static void faulty_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }
static int faulty_unmap(sqlite3_file *f, int erase) { return REAL(f)->pMethods->xShmUnmap(REAL(f), erase); }

// Version 2: with shared memory for the write-ahead log, without memory-mapped reading.
static const sqlite3_io_methods methods = {
    2, faulty_close, faulty_read, faulty_write, faulty_truncate, faulty_sync, faulty_size, faulty_lock, faulty_unlock,
    faulty_reserved, faulty_control, faulty_sector, faulty_traits, faulty_map, faulty_shm_lock, faulty_barrier,
    faulty_unmap, NULL, NULL,
};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    (void)vfs;
    struct faulty_file *faulty = (struct faulty_file *)file;
    faulty->real = (sqlite3_file *)(faulty + 1);
    int code = real_vfs->xOpen(real_vfs, name, faulty->real, flags, out);
    faulty->base.pMethods = faulty->real->pMethods == NULL ? NULL : &methods;
    return code;
}

__attribute__((constructor)) static void register_default(void) {
    static sqlite3_vfs faulty;
    plan_path = getenv("FAULTY_DISK");
    real_vfs = sqlite3_vfs_find(NULL);
    if (real_vfs == NULL) return;
    faulty = *real_vfs;
    faulty.szOsFile = (int)sizeof(struct faulty_file) + real_vfs->szOsFile;
    faulty.zName = "faulty";
    faulty.pNext = NULL;
    faulty.xOpen = faulty_open;
    sqlite3_vfs_register(&faulty, 1);
}
