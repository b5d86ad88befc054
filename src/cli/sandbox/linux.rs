//! The walls on Linux: Landlock for files, seccomp for everything else.
//!
//! Landlock knows which files may be opened. The filter of system calls needs no knowledge of the
//! run: there is no network, no other program and no look into other processes, whatever happens.
//! It lists what is refused and not what is allowed, for the C library is free to use new calls at
//! any time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, RestrictionStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, make_bitflags, path_beneath_rules,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, sock_filter,
};

use super::Reach;

/// What is allowed for an input.
const READ: BitFlags<AccessFs> = make_bitflags!(AccessFs::{ReadFile | ReadDir});

/// What is allowed for the folders that are written into.
const WRITE: BitFlags<AccessFs> = make_bitflags!(
    AccessFs::{ReadFile | ReadDir | WriteFile | Truncate | MakeReg | RemoveFile}
);

/// The first version of Landlock that keeps files from being cut short.
const WHOLE: ABI = ABI::V3;

/// Calls that a run never makes.
const REFUSED: &[i64] = &[
    // the network, and sockets of any kind
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // other programs and other processes
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kcmp,
    libc::SYS_kill,
    // ways round the checks of files and calls
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    libc::SYS_userfaultfd,
    libc::SYS_mknodat,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    // what the system is made of
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsmount,
    libc::SYS_fsconfig,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_quotactl,
    libc::SYS_personality,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_adjtimex,
];

/// Requests to a terminal that type into it, as its user would.
const TYPING: [u64; 2] = [libc::TIOCSTI, libc::TIOCLINUX];

/// Refuses the numbers by which x86-64 knows its calls a second time (x32).
const NO_SECOND_NUMBERS: [sock_filter; 3] = [
    // the number of the call
    sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 },
    // if it is below, past the next one
    sock_filter { code: 0x35, jt: 0, jf: 1, k: 0x4000_0000 },
    // the call fails with EPERM
    sock_filter { code: 0x06, jt: 0, jf: 0, k: 0x0005_0001 },
];

/// Shuts this thread in, and every one that it starts. What is missing is told.
pub(super) fn confine(reach: &Reach<'_>) -> Vec<String> {
    let files = match confine_files(reach).map(|status| status.landlock) {
        Ok(LandlockStatus::Available { effective_abi, .. }) if effective_abi >= WHOLE => None,
        Ok(LandlockStatus::Available { .. }) => {
            Some("the Landlock of this kernel cannot keep other files from being cut short".into())
        }
        Ok(_) => Some("this kernel has no Landlock, so other files are not out of reach".into()),
        Err(error) => Some(format!("other files are not out of reach: {error}")),
    };
    let calls = confine_calls().err();
    let calls = calls.map(|error| format!("network and programs are not out of reach: {error}"));
    files.into_iter().chain(calls).collect()
}

fn confine_files(reach: &Reach<'_>) -> Result<RestrictionStatus, RulesetError> {
    let (folders, files) = neighbours(reach.with_neighbours);
    Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))?
        .handle_access(AccessNet::from_all(ABI::V4))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .add_rules(path_beneath_rules(reach.inputs, READ))?
        .add_rules(path_beneath_rules(folders, AccessFs::ReadDir))?
        .add_rules(path_beneath_rules(files, AccessFs::ReadFile))?
        .add_rules(path_beneath_rules(reach.output, WRITE))?
        .add_rules(path_beneath_rules(reach.temporary, WRITE))?
        // The empty folder itself goes when the run ends.
        .add_rules(path_beneath_rules(
            reach.temporary.and_then(Path::parent),
            AccessFs::RemoveDir,
        ))?
        .restrict_self()
}

/// The folders of the files given, and the files in them that are not hidden: other volumes,
/// captions and passwords lie beside an archive.
fn neighbours(inputs: &[PathBuf]) -> (BTreeSet<PathBuf>, Vec<PathBuf>) {
    let given = inputs.iter().filter(|input| input.is_file());
    let folders: BTreeSet<PathBuf> =
        given.filter_map(|file| file.parent()).map(|folder| Path::new(".").join(folder)).collect();
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let files = entries.filter(|entry| {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    let files = files.map(|entry| entry.path()).collect();
    (folders, files)
}

fn confine_calls() -> seccompiler::Result<()> {
    let typing: Result<Vec<_>, _> = TYPING.into_iter().map(is_requested).collect();
    let mut refused: BTreeMap<i64, Vec<SeccompRule>> =
        REFUSED.iter().map(|&call| (call, Vec::new())).collect();
    refused.insert(libc::SYS_ioctl, typing?);
    let filter = SeccompFilter::new(
        refused,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        std::env::consts::ARCH.try_into()?,
    )?;
    let filter: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&[&NO_SECOND_NUMBERS[..], &filter].concat())
}

/// Whether this is what a device is asked for.
fn is_requested(request: u64) -> seccompiler::Result<SeccompRule> {
    let same = SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, request)?;
    Ok(SeccompRule::new(vec![same])?)
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Result, Write};
    use std::net::{TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::process::Command;

    use super::*;

    /// A folder with an input that has neighbours, an output, and a folder for temporary files.
    fn place() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for folder in ["given/below", "out", "temp/own", "tree/deep", "elsewhere"] {
            fs::create_dir_all(place.path().join(folder)).unwrap();
        }
        for file in FILES {
            fs::write(place.path().join(file), "text").unwrap();
        }
        place
    }

    const FILES: [&str; 7] = [
        "given/a.zip",
        "given/a.txt",
        "given/.hidden",
        "given/below/b.txt",
        "tree/deep/c.txt",
        "out/old.jsonl",
        "elsewhere/d.txt",
    ];

    /// Runs `test` on a thread that is shut in, unless this kernel cannot do it.
    fn shut_in(test: impl FnOnce(&Path) + Send) {
        let place = place();
        let place = place.path();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let inputs = ["given/a.zip", "tree", "missing"].map(|input| place.join(input));
                let (output, temporary) = (place.join("out"), place.join("temp/own"));
                let missing = confine(&Reach {
                    inputs: &inputs,
                    with_neighbours: &inputs,
                    output: Some(&output),
                    temporary: Some(&temporary),
                });
                match missing.as_slice() {
                    [] => test(place),
                    missing => eprintln!("not tested: {missing:?}"),
                }
            });
        });
    }

    fn is_refused<T>(outcome: Result<T>) -> bool {
        outcome.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
    }

    #[test]
    fn only_inputs_and_what_lies_beside_them_can_be_read() {
        shut_in(|place| {
            let readable = FILES.map(|file| fs::read(place.join(file)).is_ok());
            assert_eq!(readable, [true, true, false, false, true, true, false]);
            assert!(fs::read_dir(place.join("given")).is_ok());
            assert!(is_refused(fs::read_dir(place.join("elsewhere"))));
            assert!(is_refused(fs::read("/etc/passwd")));
            assert!(is_refused(fs::read_dir("/")));
            let unknown = fs::read(place.join("missing")).unwrap_err();
            assert_eq!(unknown.kind(), ErrorKind::NotFound);
        });
    }

    #[test]
    fn only_the_output_can_be_written() {
        shut_in(|place| {
            let out = place.join("out");
            fs::write(out.join(".new"), "text").unwrap();
            fs::rename(out.join(".new"), out.join("old.jsonl")).unwrap();
            fs::File::open(&out).unwrap().sync_all().unwrap();
            fs::remove_file(out.join("old.jsonl")).unwrap();
            for file in FILES.iter().filter(|file| !file.starts_with("out")) {
                let path = place.join(file);
                assert!(is_refused(fs::write(&path, "other")), "{file}");
                assert!(is_refused(fs::remove_file(&path)), "{file}");
                assert!(is_refused(fs::OpenOptions::new().append(true).open(&path)), "{file}");
            }
            assert!(is_refused(fs::write(place.join("given/new"), "text")));
            assert!(is_refused(fs::write(place.join("temp/new"), "text")));
            assert!(is_refused(fs::create_dir(out.join("folder"))));
            assert!(is_refused(std::os::unix::fs::symlink("/etc", out.join("link"))));
        });
    }

    #[test]
    fn files_without_a_name_can_be_made_and_their_folder_goes() {
        shut_in(|place| {
            let own = place.join("temp/own");
            let mut file = tempfile::tempfile_in(&own).unwrap();
            file.write_all(b"spilled").unwrap();
            file.set_len(2).unwrap();
            assert!(is_refused(tempfile::tempfile_in(place.join("temp"))));
            fs::remove_dir(own).unwrap();
        });
    }

    #[test]
    fn there_is_no_network_and_no_other_program_on_any_thread() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        shut_in(|_| {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    assert!(is_refused(TcpStream::connect(address)));
                    assert!(is_refused(UdpSocket::bind("127.0.0.1:0")));
                    assert!(is_refused(UnixStream::pair()));
                    assert!(is_refused(Command::new("/bin/true").status()));
                    let parent = nix::unistd::getppid();
                    assert!(nix::sys::signal::kill(parent, None).is_err());
                    assert!(is_refused(fs::read("/proc/1/environ")));
                });
            });
        });
    }
}
