using Microsoft.Extensions.Options;
using StrokeCare.Accounts;
using StrokeCare.Audit;
using StrokeCare.Changes;
using StrokeCare.Patients;
using StrokeCare.Server.Accounts;
using StrokeCare.Server.Api;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Hosting;

/// <summary>The composition, as a list to read aloud. Everything lives as long as the process: operations keep no state.</summary>
internal static class Composition
{
    public static IServiceCollection AddStrokeCare(this IServiceCollection services, Stores stores, InstanceOptions instance) => services
        .AddStores(stores)
        .AddKeys(instance)
        .AddSingleton<ClinicalIds>()
        .AddSingleton<AuditTrail>()
        .AddSingleton<Relay>()
        .AddSingleton<LogTail>()
        .AddSingleton<Checkpointer>()
        .AddSingleton<StoreHealth>()
        // Accounts
        .AddSingleton<PasswordDesk>()
        .AddSingleton<CreateUserHandler>()
        .AddSingleton<SignInHandler>()
        .AddSingleton<ResolveActorHandler>()
        // Patients
        .AddSingleton<RegisterPatientHandler>()
        .AddSingleton<UpdatePatientHandler>()
        .AddSingleton<ArchivePatientHandler>()
        .AddSingleton<RestorePatientHandler>()
        .AddSingleton<GetPatientHandler>()
        .AddSingleton<GetPatientRiskHandler>()
        .AddSingleton<GetAccessLogHandler>()
        .AddSingleton<ListPatientsHandler>()
        .AddSingleton<ImportPatientsHandler>()
        // Audit
        .AddSingleton<QueryLogHandler>()
        .AddSingleton<VerifyLogHandler>()
        .AddSingleton<VerifyLogOnRequestHandler>();

    /// <summary>What only the HTTP side needs.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, InstanceOptions instance, ListenOptions listen)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        // The core alone: AddAuthentication would bring data protection along, with keys that nothing here uses.
        services.AddWebEncoders();
        services.AddAuthenticationCore(schemes =>
        {
            schemes.DefaultScheme = TokenAuthentication.Scheme;
            schemes.AddScheme<TokenAuthentication>(TokenAuthentication.Scheme, null);
        });
        services.AddAuthorization();
        services.AddOpenApi("v1", OpenApiDocument.Configure);
        return services
            .AddSingleton<SignedInUsers>()
            .AddSingleton<GuessLimits>()
            .AddSingleton<SignInDesk>()
            .AddSingleton<FirstAdmin>()
            .AddSingleton(_ => new Cursors(SigningKeys.OpenSecret(instance.Keys, "cursor")))
            .AddSingleton(s => new IdempotencyKeys(
                SigningKeys.OpenSecret(instance.Keys, "idempotency"), s.GetRequiredService<IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions>>()))
            .AddSingleton<PatientRegistration>()
            .AddSingleton<PatientLists>()
            .AddSingleton<SecurityLogList>()
            .AddSingleton(listen)
            .AddHostedService<FeedService>()
            .AddHostedService<MongoService>()
            .AddHostedService<Farewell>();
    }

    private static IServiceCollection AddStores(this IServiceCollection services, Stores stores) => services
        .AddSingleton(stores)
        .AddSingleton(stores.Changed)
        .AddSingleton(stores.Users)
        .AddSingleton(stores.Log)
        .AddSingleton(stores.Keys)
        .AddSingleton(stores.Patients)
        .AddSingleton(stores.Sources);

    private static IServiceCollection AddKeys(this IServiceCollection services, InstanceOptions instance) => services
        .AddSingleton(new CheckpointFile(instance.Checkpoints))
        .AddSingleton(s => new Tokens(SigningKeys.Open(instance.Keys, "jwt", s.GetRequiredService<TimeProvider>()), s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => SigningKeys.Open(instance.Keys, "checkpoint", s.GetRequiredService<TimeProvider>()));
}
