//! TLS, on either side of a connection. Certificates and keys come as PEM; which HTTP is spoken is agreed on by ALPN.

use std::fmt;
use std::io;
use std::sync::Arc;

use sim_core::net::TransportError;
use tokio::net::TcpStream;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use super::insecure::Anyone;

pub(super) const HTTP_1: &[u8] = b"http/1.1";
pub(super) const HTTP_2: &[u8] = b"h2";

/// Why TLS cannot be spoken with what was given.
#[derive(Debug)]
pub enum TlsError {
    /// A certificate or a key is no PEM, or missing.
    Pem(&'static str, pem::Error),
    /// The certificate and the key are none, or not of each other.
    Unusable(&'static str, rustls::Error),
    /// Neither an address nor the name of a host.
    Name(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(what, error) => write!(f, "the {what} cannot be read as PEM: {error}"),
            Self::Unusable(what, error) => write!(f, "the {what} cannot be used: {error}"),
            Self::Name(name) => write!(f, "`{name}` is no name of a host, so no certificate can be for it"),
        }
    }
}

impl std::error::Error for TlsError {}

/// The server's side: speaks TLS with whoever connects.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl Acceptor {
    /// One with this chain of certificates, the server's own first, and the key to it; both are PEM.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let certificates = read_certificates("certificate", certificates)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| TlsError::Pem("key", error))?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|error| TlsError::Unusable("certificate with its key", error))?;
        config.alpn_protocols = vec![HTTP_2.to_vec(), HTTP_1.to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Shakes hands with a client.
    ///
    /// # Errors
    /// The client breaks off, or speaks no TLS that we do.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<server::TlsStream<TcpStream>> {
        self.0.accept(stream).await
    }
}

/// The client's side: speaks TLS with one server.
#[derive(Clone)]
pub struct Connector {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Connector {
    /// One that asks for the host or the address `name`, and takes only certificates for it that one of `roots` (PEM) has
    /// signed.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(name: &str, roots: &[u8]) -> Result<Self, TlsError> {
        let mut store = RootCertStore::empty();
        for root in read_certificates("roots", roots)? {
            store.add(root).map_err(|error| TlsError::Unusable("roots", error))?;
        }
        let config = client_config()?.with_root_certificates(store).with_no_client_auth();
        Self::with(name, config)
    }

    /// One that takes any certificate. Whoever stands in between reads and changes everything.
    ///
    /// # Errors
    /// The name is none.
    pub fn insecure(name: &str) -> Result<Self, TlsError> {
        let anyone = Arc::new(Anyone(provider()));
        let config = client_config()?.dangerous().with_custom_certificate_verifier(anyone);
        Self::with(name, config.with_no_client_auth())
    }

    fn with(name: &str, config: ClientConfig) -> Result<Self, TlsError> {
        let name = ServerName::try_from(name.to_owned()).map_err(|_| TlsError::Name(name.to_owned()))?;
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Shakes hands with the server, for this protocol. A server that knows of no ALPN speaks HTTP/1.1.
    pub(super) async fn connect(
        &self,
        stream: TcpStream,
        protocol: &[u8],
    ) -> Result<client::TlsStream<TcpStream>, TransportError> {
        let connector = self.connector.with_alpn(vec![protocol.to_vec()]);
        let stream =
            connector.connect(self.name.clone(), stream).await.map_err(|_| TransportError::Connect)?;
        let agreed = stream.get_ref().1.alpn_protocol().unwrap_or(HTTP_1);
        if agreed == protocol { Ok(stream) } else { Err(TransportError::Connect) }
    }
}

fn client_config() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, TlsError> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Unusable("provider", error))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn read_certificates(what: &'static str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(none) if none.is_empty() => Err(TlsError::Pem(what, pem::Error::NoItemsFound)),
        read => read.map_err(|error| TlsError::Pem(what, error)),
    }
}
