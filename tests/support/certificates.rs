//! Certificates for servers on 127.0.0.1: an authority of the test's own, and a server that it vouches for.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name};

/// A server's side of TLS, and the authority that proves it.
pub(crate) struct Certified {
    /// For connections of the server.
    pub(crate) acceptor: SslAcceptor,
    /// The authority's certificate, PEM.
    pub(crate) authority: String,
}

/// Makes both, valid for a day.
pub(crate) fn certified() -> Certified {
    let (key, authority_key) = (key(), key());
    let authority = certificate("authority of a test", &authority_key, None);
    let server = certificate("127.0.0.1", &key, Some((&authority, &authority_key)));
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
    acceptor.set_private_key(&key).unwrap();
    acceptor.set_certificate(&server).unwrap();
    Certified {
        acceptor: acceptor.build(),
        authority: String::from_utf8(authority.to_pem().unwrap()).unwrap(),
    }
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(text: &str) -> X509Name {
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, text).unwrap();
    name.build()
}

fn certificate(subject: &str, key: &PKey<Private>, issuer: Option<(&X509, &PKey<Private>)>) -> X509 {
    let mut builder: X509Builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let serial = BigNum::from_u32(if issuer.is_some() { 2 } else { 1 }).unwrap();
    builder.set_serial_number(&serial.to_asn1_integer().unwrap()).unwrap();
    let subject = name(subject);
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(issuer.map_or(&subject, |(issuer, _)| issuer.subject_name())).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.set_pubkey(key).unwrap();
    match issuer {
        Some((issuer, _)) => {
            let context = builder.x509v3_context(Some(issuer), None);
            let names =
                SubjectAlternativeName::new().ip("127.0.0.1").dns("localhost").build(&context).unwrap();
            builder.append_extension(names).unwrap();
        }
        None => {
            builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
            builder.append_extension(KeyUsage::new().key_cert_sign().build().unwrap()).unwrap();
        }
    }
    builder.sign(issuer.map_or(key, |(_, key)| key), MessageDigest::sha256()).unwrap();
    builder.build()
}
