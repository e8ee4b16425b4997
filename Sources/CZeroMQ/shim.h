// What Swift cannot import from libzmq and glibc by itself.
#ifndef HUIYIN_CZEROMQ_SHIM_H
#define HUIYIN_CZEROMQ_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <zmq.h>

// In libzmq since 4.3.0, but hidden behind ZMQ_BUILD_DRAFT_API in Debian's zmq.h.
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

// Swift's Glibc module is built without _GNU_SOURCE, so these two are declared here.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern const char *strerrorname_np(int number);

// libzmq's own error numbers are computed macros, which Swift does not import dependably.
static const int CZMQ_ETERM = ETERM;
static const int CZMQ_EFSM = EFSM;
static const int CZMQ_ENOCOMPATPROTO = ENOCOMPATPROTO;
static const int CZMQ_EMTHREAD = EMTHREAD;

/// The symbol of an error number ("EADDRINUSE"), or NULL for an unknown one.
static inline const char *czmq_error_name(int number) {
    switch (number) {
    case ETERM: return "ETERM";
    case EFSM: return "EFSM";
    case ENOCOMPATPROTO: return "ENOCOMPATPROTO";
    case EMTHREAD: return "EMTHREAD";
    default: return strerrorname_np(number);
    }
}

/// Names the calling thread. The kernel keeps 15 bytes; the caller has shortened the name.
static inline int czmq_name_current_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

/// A non-blocking, close-on-exec eventfd, or -1 with errno set.
static inline int czmq_eventfd(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

#endif
